"""How do slopes travel backwards: through a graph, a convolution, a whole network?"""
