//! Listener for the host: a Unix socket in a folder of its own, or a port on the loopback
//! interface.

use super::options::Environment;
use std::io;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// Bidirectional byte stream.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// Bound listener.
pub(super) struct Listener {
    socket: Socket,
    /// Network in the handshake line: `unix` or `tcp`.
    pub(super) network: &'static str,
    /// Path of the socket, or host and port.
    pub(super) address: String,
    /// Folder of the socket, which is removed when this is dropped.
    pub(super) folder: Option<TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Binds a Unix socket in the folder for sockets. Falls back to the loopback interface if that
    /// fails: the path is longer than the about 107 bytes that systems allow, the folder is not
    /// writable, or the system is Windows.
    pub(super) async fn bind(environment: &Environment) -> io::Result<Self> {
        if environment.socket_group.is_some() {
            // No Terraform sets the variable, and the socket's folder is closed to other users.
            tracing::warn!("PLUGIN_UNIX_SOCKET_GROUP is not supported");
        }
        #[cfg(unix)]
        match Self::unix(&environment.socket_folder) {
            Ok(listener) => return Ok(listener),
            Err(fault) => tracing::debug!(%fault, "no Unix socket is available, using a TCP port"),
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

    /// Accepts the next peer.
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
