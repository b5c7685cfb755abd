"""Explanations of pictures: methods, their scores, and the maps they draw."""
