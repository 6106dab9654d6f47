using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Connections.Loops;

/// <content>What a connection is to its handler: it is its own features, until somebody replaces one.</content>
internal sealed partial class LoopConnection :
    IConnectionIdFeature, IConnectionItemsFeature, IConnectionTransportFeature, IConnectionEndPointFeature, IConnectionSocketFeature, IMemoryPoolFeature
{
    private LoopFeatures? _features;
    private IDuplexPipe? _transport;
    private IDictionary<object, object?>? _items;
    private EndPoint? _localEndPoint;
    private EndPoint? _remoteEndPoint;
    private CancellationToken? _closed;

    public override string ConnectionId
    {
        get => _connectionId ??= "E" + Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        set => _connectionId = value;
    }

    public override IFeatureCollection Features => _features ??= new LoopFeatures(this);

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transport ?? this;
        set => _transport = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _localEndPoint ??= Socket.LocalEndPoint;
        set => _localEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _remoteEndPoint ??= Accepted.RemoteEndPoint ?? Socket.RemoteEndPoint;
        set => _remoteEndPoint = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _closed ?? (_closedSource ?? CreateClosedSource()).Token;
        set => _closed = value;
    }

    /// <summary>.NET's object for the same descriptor, for what the pipes have no call for: options above all.</summary>
    public Socket Socket => _socket ?? CreateSocket();

    public MemoryPool<byte> MemoryPool => MemoryPool<byte>.Shared;

    private Socket CreateSocket()
    {
        var created = new Socket(new SafeSocketHandle(Handle.DangerousGetHandle(), ownsHandle: false));
        if (Interlocked.CompareExchange(ref _socket, created, null) is { } other)
        {
            created.Dispose();
            return other;
        }

        return created;
    }

    private CancellationTokenSource CreateClosedSource()
    {
        var created = new CancellationTokenSource();
        CancellationTokenSource source = Interlocked.CompareExchange(ref _closedSource, created, null) ?? created;
        if (_hasPeerEnded || _isBroken)
        {
            SignalClosed();
        }

        return source;
    }

    /// <summary>On the thread pool: who waits for it may do anything.</summary>
    private void SignalClosed()
    {
        Interlocked.MemoryBarrier();
        if (_closedSource is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.CancelClosed(), this, preferLocal: false);
        }
    }

    private void CancelClosed()
    {
        try
        {
            _closedSource!.Cancel();
        }
        catch (AggregateException error)
        {
            Log.ClosedFailed(Logger, ConnectionId, error);
        }
    }

    /// <summary>The features of ours are the connection itself: most connections need no collection of objects.</summary>
    private sealed class LoopFeatures(LoopConnection connection) : IFeatureCollection
    {
        private static readonly Type[] Own =
        [
            typeof(IConnectionIdFeature), typeof(IConnectionItemsFeature), typeof(IConnectionTransportFeature), typeof(IConnectionEndPointFeature),
            typeof(IConnectionSocketFeature), typeof(IMemoryPoolFeature), typeof(IConnectionLifetimeFeature), typeof(IConnectionOutcomeFeature),
            typeof(IHalfCloseFeature), typeof(IConnectionDelayFeature), typeof(IConnectionLifetimeNotificationFeature), typeof(IConnectionCompleteFeature),
        ];

        private FeatureCollection? _others;

        public bool IsReadOnly => false;

        public int Revision => _others?.Revision ?? 0;

        public object? this[Type key]
        {
            get => _others?[key] ?? (Array.IndexOf(Own, key) >= 0 ? FindOwn(key) : null);
            set => (_others ??= new FeatureCollection())[key] = value;
        }

        public TFeature? Get<TFeature>()
        {
            if (_others is not null && _others.Get<TFeature>() is { } other)
            {
                return other;
            }

            return connection is TFeature own ? own : (TFeature?)FindOwn(typeof(TFeature));
        }

        public void Set<TFeature>(TFeature? instance) => (_others ??= new FeatureCollection()).Set(instance);

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator()
        {
            foreach (Type type in Own)
            {
                if (this[type] is { } feature)
                {
                    yield return new KeyValuePair<Type, object>(type, feature);
                }
            }

            foreach (KeyValuePair<Type, object> other in _others ?? [])
            {
                if (Array.IndexOf(Own, other.Key) < 0)
                {
                    yield return other;
                }
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        private object? FindOwn(Type type) =>
            type == typeof(IConnectionLifetimeNotificationFeature) || type == typeof(IConnectionCompleteFeature) ? connection.Lifetime
            : type.IsInstanceOfType(connection) ? connection
            : null;
    }
}
