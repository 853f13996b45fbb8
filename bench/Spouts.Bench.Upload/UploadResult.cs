namespace Spouts.Bench.Upload;

/// <summary>What an upload took.</summary>
/// <param name="Seconds">Its time.</param>
/// <param name="CpuSeconds">The processor time of its process, user and system.</param>
/// <param name="PeakBytes">The most memory that its process had resident.</param>
/// <param name="Gen2Collections">Full collections.</param>
internal sealed record UploadResult(double Seconds, double CpuSeconds, long PeakBytes, int Gen2Collections);
