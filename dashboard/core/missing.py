"""What is said where data are missing, and how are they had?"""

import streamlit as st

from dashboard.core.words import reason, say
from engine.data import DataError, download


def missing(error: DataError) -> None:
    """The sentence, and the download where there is one: only on request."""
    st.error(reason(error), icon=":material/folder_off:")
    data = error.dataset
    if not data or not data.remote():
        return
    if st.button(say("data.download"), icon=":material/download:", key="data_download"):
        try:
            with st.spinner(say("data.downloading")):
                download(data)
        except DataError as refused:
            st.error(reason(refused), icon=":material/cloud_off:")
        else:
            st.rerun()
