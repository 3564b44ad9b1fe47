"""What people use: shares, targets, differences, and the account of the run."""
