"""Why does a network answer so about a picture, and is what is said of it right?"""
