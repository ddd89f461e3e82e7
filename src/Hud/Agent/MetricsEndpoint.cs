using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hud.Target;

namespace Hud.Agent;

/// <summary>
/// Answers <c>GET /metrics</c> over HTTP/1.1, one request a connection. A plain socket: HttpListener binds to host names, not to
/// addresses, and refuses a scrape that calls the host by another name.
/// </summary>
internal sealed class MetricsEndpoint : IDisposable
{
    private const int LongestRequest = 8 << 10;
    private const int MostAtOnce = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly Func<string> _metrics;
    private readonly SemaphoreSlim _free = new(MostAtOnce);
    private readonly CancellationTokenSource _stop = new();

    /// <param name="metrics">Text of the metrics now. Called on any thread.</param>
    /// <exception cref="HudException">The address cannot be listened on (failed).</exception>
    public MetricsEndpoint(IPEndPoint address, Func<string> metrics)
    {
        _metrics = metrics;
        _listener = new TcpListener(address);
        try
        {
            _listener.Start();
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new HudException(
                $"cannot serve metrics at {address}: {(e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "another program listens there" : e.Message)}",
                "choose another with --metrics ADDRESS:PORT", ExitCode.Failed);
        }
        _ = Accept();
    }

    /// <summary>Where it listens; the port is known also where 0 was asked for.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(_stop.Token);
                _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The program ends.
        }
    }

    private async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                limit.CancelAfter(Patience);
                var stream = client.GetStream();
                var (status, body) = Answer(await ReadRequest(stream, limit.Token));
                var bytes = Encoding.UTF8.GetBytes(body);
                var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), limit.Token);
                await stream.WriteAsync(bytes, limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client has gone or is too slow; the next scrape is another connection.
        }
        finally
        {
            _free.Release();
        }
    }

    /// <returns>The first line; empty if the request is longer than allowed or breaks off.</returns>
    private static async Task<string> ReadRequest(NetworkStream stream, CancellationToken stop)
    {
        var buffer = new byte[LongestRequest];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), stop);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                return Encoding.ASCII.GetString(buffer.AsSpan(0, buffer.AsSpan().IndexOf((byte)'\r')));
        }
        return "";
    }

    private (string Status, string Body) Answer(string request) => request.Split(' ') switch
    {
        ["GET", "/metrics" or "/metrics?", _] => ("200 OK", _metrics()),
        ["GET", "/", _] => ("200 OK", "hud agent: the metrics are at /metrics\n"),
        ["GET", _, _] => ("404 Not Found", "the metrics are at /metrics\n"),
        [_, _, _] => ("405 Method Not Allowed", "only GET is answered\n"),
        _ => ("400 Bad Request", "no HTTP request\n"),
    };
}
