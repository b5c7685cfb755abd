"""What an activation function does: to a number, a neuron, a deep network, to learning."""
