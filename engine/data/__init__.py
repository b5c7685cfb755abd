"""Data sets. To add one, add one file here."""

from engine.data._download import download
from engine.data._fits import assert_fits
from engine.data._kept import Kept
from engine.data._prepare import Prepared, Rows, noisy, of_channels, of_columns, prepare, safe
from engine.data._spec import DATASETS, Data, DataError, Dataset, Remote, data_folder
from engine.data._split import Split, divided, split
from engine.data._test_digits import held_out_digits

DATASETS.discover(__name__)

__all__ = [
    "DATASETS",
    "Data",
    "DataError",
    "Dataset",
    "Kept",
    "Prepared",
    "Remote",
    "Rows",
    "Split",
    "assert_fits",
    "data_folder",
    "divided",
    "download",
    "held_out_digits",
    "noisy",
    "of_channels",
    "of_columns",
    "prepare",
    "safe",
    "split",
]
