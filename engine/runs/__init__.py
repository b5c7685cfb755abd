"""What is computed as a job, and where its results are: work, jobs, store."""
