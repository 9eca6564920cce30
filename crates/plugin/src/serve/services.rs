//! Services on the socket: the provider, and the services that go-plugin requires.

use crate::proto::go_plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use crate::proto::go_plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::proto::go_plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use crate::proto::go_plugin::{ConnInfo, Empty, StdioData};
use crate::proto::tfplugin5::provider_server::{Provider, ProviderServer};
use futures::StreamExt;
use futures::stream;
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;

/// Maximum size of a received message. Terraform sends whole states in one message, and tonic's
/// default limit is 4 MiB.
const LARGEST_MESSAGE: usize = 256 << 20;

/// Returns all services. A call of `Shutdown` cancels `shutdown`.
pub(super) async fn router(provider: impl Provider, shutdown: &CancellationToken) -> Router {
    let (health, health_server) = tonic_health::server::health_reporter();
    // go-plugin's hosts ask for this name.
    health.set_service_status("plugin", ServingStatus::Serving).await;
    let provider = ProviderServer::new(provider).max_decoding_message_size(LARGEST_MESSAGE);
    Server::builder()
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller(shutdown.clone())))
        .add_service(GrpcStdioServer::new(Silent(shutdown.clone())))
        .add_service(GrpcBrokerServer::new(Silent(shutdown.clone())))
        .add_service(health_server)
}

/// Ends the process when the host asks for it. Without this service, each phase takes two seconds
/// longer.
struct Controller(CancellationToken);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// Streams that the host opens and that stay empty until the end.
struct Silent(CancellationToken);

#[tonic::async_trait]
impl GrpcStdio for Silent {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        let silence = stream::pending().take_until(self.0.clone().cancelled_owned());
        Ok(Response::new(Box::pin(silence)))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Silent {
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        let shutdown = self.0.clone();
        let end = async move {
            // Dropping the host's half would reset the stream.
            let _held = request;
            shutdown.cancelled().await;
        };
        Ok(Response::new(Box::pin(stream::pending().take_until(Box::pin(end)))))
    }
}
