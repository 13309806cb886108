"""Golden trajectories, losses and metrics of PyTorch and scikit-learn, in f64, for the parity tests."""
