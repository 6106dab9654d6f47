using LoadClient.Load; using LoadClient.Reporting; using LoadClient.Targets;
var target = TargetParser.Parse(args[0], null, out string? fault); if (target is null) { Console.Error.WriteLine(fault); return 2; }
var settings = new LoadSettings { Target = target, Requests = long.Parse(args[1]), Connections = int.Parse(args[2]), Request = DefaultRequest.Create(target, "0"), ExpectDelay = TimeSpan.FromMilliseconds(500) };
using var g = new LoadGenerator(settings, TimeProvider.System, [], null);
var r = RunReportBuilder.Build(await g.RunAsync(null, CancellationToken.None));
Console.WriteLine($"{r.Counts} eff {r.Efficiency} rps {r.RequestsPerSecond:F1} cpu/conn {r.Client.ProcessorMicrosecondsPerConnection:F1} busy {r.Client.BusiestThread:F2} proc total {Environment.CpuUsage.TotalTime.TotalSeconds:F2} peak {Environment.WorkingSet/1e6:F1} {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64/1e6:F1}");
foreach (var l in new[]{r.Latencies.Connect,r.Latencies.Processing,r.Latencies.Waiting,r.Latencies.Total}) { Console.WriteLine($"{l.Min:F1} {l.Mean:F1} {l.StandardDeviation:F1} {l.Median:F1} {l.Max:F1} p99 {l.At(99):F1}"); }
Console.WriteLine(string.Join(" ", r.Errors.Where(e=>e.Value>0)));
return 0;
