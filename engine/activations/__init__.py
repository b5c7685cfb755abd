"""What an activation function does: to a number, to a neuron, to a deep network, to learning."""
