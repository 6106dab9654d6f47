using System.Text;
using KestrelRaw.Admin;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Endpoints;
using KestrelRaw.Responses;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Configuration;

/// <summary>Turns the configuration into settings, or says everything that is wrong with it.</summary>
internal sealed class SettingsLoader
{
    /// <summary>Each is a socket that listens. With many more the reading itself would take minutes.</summary>
    private const int MostEndpoints = 1000;

    private readonly IConfigurationRoot _configuration;
    private readonly string _baseDirectory;
    private readonly List<Fault> _faults = [];
    private readonly SettingsReader _reader;

    private SettingsLoader(IConfigurationRoot configuration, string baseDirectory)
    {
        _configuration = configuration;
        _baseDirectory = baseDirectory;
        _reader = new SettingsReader(configuration, _faults);
    }

    /// <param name="configuration">All sources, the strongest last.</param>
    /// <param name="baseDirectory">Where relative paths start: the directory of appsettings.json.</param>
    /// <param name="settings">Complete only when there are no faults.</param>
    /// <returns>Every fault.</returns>
    public static IReadOnlyList<Fault> Load(IConfigurationRoot configuration, string baseDirectory, out ServerSettings settings)
    {
        var loader = new SettingsLoader(configuration, baseDirectory);
        settings = loader.Load();
        return loader._faults;
    }

    private ServerSettings Load()
    {
        IConfigurationSection[] sections = [.. _configuration.GetSection(ServerKeys.Endpoints).GetChildren()];
        if (sections.Length > MostEndpoints)
        {
            _faults.Add(new Fault(ServerKeys.Endpoints, $"there are {sections.Length}; must be at most {MostEndpoints}"));
            sections = [];
        }
        else
        {
            _faults.AddRange(UnknownKeys.Find(_configuration));
        }

        TransportChoice transport = LoadTransport();
        TimeSpan shutdownTimeout = _reader.Read(ServerKeys.Section, ServerKeys.ShutdownTimeout);
        EndpointSettings[] endpoints = [.. sections.Select(LoadEndpoint).OfType<EndpointSettings>()];
        if (endpoints.Length == 0 && _faults.All(static fault => fault.Subject != ServerKeys.Endpoints))
        {
            _faults.Add(new Fault(ServerKeys.Endpoints, "there is no enabled endpoint; give at least one, with a Url"));
        }

        FindSharedAddresses(endpoints);
        endpoints = SharedPools.Resolve(endpoints, _faults);
        AdaptivePools.Check(endpoints, _faults);
        return new ServerSettings(transport, shutdownTimeout, LoadAdmin(), endpoints);
    }

    private TransportChoice LoadTransport()
    {
        TransportChoice transport = _reader.Read(ServerKeys.Section, ServerKeys.Transport);
        if (transport == TransportChoice.Epoll && !OperatingSystem.IsLinux())
        {
            _faults.Add(new Fault($"{ServerKeys.Section}:{ServerKeys.Transport.Key}", $"\"{transport}\" needs Linux"));
        }

        return transport;
    }

    private AdminSettings? LoadAdmin()
    {
        EndpointAddress? address = _reader.Read(ServerKeys.Section, ServerKeys.AdminUrl);
        string? token = _reader.Read(ServerKeys.Section, ServerKeys.AdminToken);
        IReadOnlyList<string> hosts = _reader.Read(ServerKeys.Section, ServerKeys.AdminAllowedHosts);
        return address is null ? null : new AdminSettings(address, token, hosts);
    }

    private EndpointSettings? LoadEndpoint(IConfigurationSection section)
    {
        if (!OptionalNameType.IsName(section.Key))
        {
            _faults.Add(new Fault(section.Path, $"an endpoint's name must be {OptionalNameType.Rule}"));
        }

        if (!_reader.Read(section.Path, EndpointKeys.Enabled))
        {
            return null;
        }

        var timeouts = new EndpointTimeouts(
            _reader.Read(section.Path, EndpointKeys.FirstByteTimeout),
            _reader.Read(section.Path, EndpointKeys.WorkTimeout),
            _reader.Read(section.Path, EndpointKeys.SendTimeout),
            _reader.Read(section.Path, EndpointKeys.LingerTimeout),
            _reader.Read(section.Path, EndpointKeys.UnreachableTimeout));
        return new EndpointSettings(
            section.Key,
            _reader.Read(section.Path, EndpointKeys.Url),
            _reader.Read(section.Path, EndpointKeys.Model),
            _reader.Read(section.Path, EndpointKeys.Backlog),
            _reader.Read(section.Path, EndpointKeys.MaxRequestBytes),
            WorkReader.Read(_reader, section.Path, _faults),
            LoadResponse(section.Path),
            PoolReader.Read(_reader, section, _faults),
            LoadAdmission(section.Path, timeouts.Linger),
            timeouts)
        {
            CoDel = PoolReader.ReadCoDel(_reader, section.Path, _faults),
        };
    }

    private AdmissionOptions LoadAdmission(string section, TimeSpan linger)
    {
        string? rejectResponse = _reader.Read(section, EndpointKeys.PoolRejectResponse);
        bool rejectWithReset = _reader.Read(section, EndpointKeys.PoolRejectWithReset);
        if (rejectWithReset && rejectResponse is { Length: > 0 })
        {
            _faults.Add(new Fault(
                $"{section}:{EndpointKeys.PoolRejectWithReset.Key}",
                $"\"true\" can't go with a {EndpointKeys.PoolRejectResponse.Key}: a reset connection gets no response; give one of the two"));
        }

        return new AdmissionOptions
        {
            WhenFull = _reader.Read(section, EndpointKeys.PoolWhenFull),
            QueueLimit = _reader.Read(section, EndpointKeys.PoolQueueLimit),
            QueueTimeout = _reader.Read(section, EndpointKeys.PoolQueueTimeout),
            QueueOrder = _reader.Read(section, EndpointKeys.PoolQueueOrder),
            RejectResponse = Encoding.UTF8.GetBytes(rejectResponse ?? ""),
            RejectWithReset = rejectWithReset,
            RejectLinger = linger,
        };
    }

    private Response LoadResponse(string section)
    {
        var preset = Response.FromPreset(_reader.Read(section, EndpointKeys.ResponsePreset));
        string? text = _reader.Read(section, EndpointKeys.ResponseText);
        string? path = _reader.Read(section, EndpointKeys.ResponseFile);
        Setting[] given = [.. new Setting[] { EndpointKeys.ResponsePreset, EndpointKeys.ResponseText, EndpointKeys.ResponseFile }.Where(setting => _reader.IsSet(section, setting))];
        if (given.Length > 1)
        {
            _faults.Add(new Fault($"{section}:Response", $"give only one of {string.Join(" and ", given.Select(setting => setting.Key.Split(':')[1]))}"));
        }

        return path is not null ? LoadFile($"{section}:{EndpointKeys.ResponseFile.Key}", path)
            : text is not null ? Response.FromText(text)
            : preset;
    }

    private Response LoadFile(string key, string path)
    {
        try
        {
            return Response.FromBytes(path, File.ReadAllBytes(Path.Combine(_baseDirectory, path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _faults.Add(new Fault(key, $"\"{path}\" can't be read: {exception.Message}"));
            return Response.FromText("");
        }
    }

    private void FindSharedAddresses(EndpointSettings[] endpoints)
    {
        foreach (IGrouping<EndpointAddress, EndpointSettings> same in endpoints
            .Where(endpoint => endpoint.Address is not null && (endpoint.Address.Port != 0 || endpoint.Address.UnixPath is not null))
            .GroupBy(endpoint => endpoint.Address)
            .Where(group => group.Count() > 1))
        {
            _faults.Add(new Fault(
                ServerKeys.Endpoints,
                $"{string.Join(" and ", same.Select(endpoint => endpoint.Name))} have the same Url, {same.Key}"));
        }
    }
}
