//! Where the host connects: a Unix socket in a folder of its own, else a port on the loopback.

use super::options::Environment;
use std::io;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// A stream of bytes both ways, whatever carries it.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// A bound listener.
pub(super) struct Listener {
    socket: Socket,
    /// `unix` or `tcp`, as the handshake line calls it.
    pub(super) network: &'static str,
    /// The path of the socket, or host and port.
    pub(super) address: String,
    /// The folder of the socket, removed when this is dropped.
    pub(super) folder: Option<TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Binds in the folder for sockets; on the loopback where that fails, as with a path longer
    /// than the about 107 bytes that systems allow, a folder that cannot be written, or Windows.
    pub(super) async fn bind(environment: &Environment) -> io::Result<Self> {
        if environment.socket_group.is_some() {
            // No Terraform asks for it, and the folder of the socket is closed to others.
            tracing::warn!("PLUGIN_UNIX_SOCKET_GROUP is not supported");
        }
        #[cfg(unix)]
        match Self::unix(&environment.socket_folder) {
            Ok(listener) => return Ok(listener),
            Err(fault) => tracing::debug!(%fault, "no Unix socket here, taking a TCP port"),
        }
        Self::tcp().await
    }

    #[cfg(unix)]
    fn unix(folder: &std::path::Path) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new()
            .prefix("plugin")
            .permissions(private)
            .tempdir_in(std::path::absolute(folder)?)?;
        let path = folder.path().join("s");
        let socket = Socket::Unix(tokio::net::UnixListener::bind(&path)?);
        let address = path.into_os_string().into_string();
        let address = address.map_err(|_| io::Error::other("the path is not UTF-8"))?;
        Ok(Self { socket, network: "unix", address, folder: Some(folder) })
    }

    async fn tcp() -> io::Result<Self> {
        let socket = TcpListener::bind(("127.0.0.1", 0)).await?;
        Ok(Self {
            address: socket.local_addr()?.to_string(),
            socket: Socket::Tcp(socket),
            network: "tcp",
            folder: None,
        })
    }

    /// The next peer.
    pub(super) async fn accept(&self) -> io::Result<Box<dyn Transport>> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Socket::Tcp(listener) => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}
