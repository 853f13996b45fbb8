// Each test measures processes of its own; side by side they would starve each other.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
