//! HTTPS, for the little that these commands ask and tell.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::failure::{Context as _, Failure, Result};

/// How long an exchange may take; an archive of some megabytes may be uploaded in it.
const PATIENCE: Duration = Duration::from_secs(300);

/// A client and what it runs on.
#[derive(Debug)]
pub(crate) struct Https {
    client: Client,
    runtime: Runtime,
}

/// What was answered to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    doing: String,
    body: String,
}

impl Https {
    /// A client that trusts the system's authorities, or one of its own alone. To an authority of
    /// its own there is no proxy: the server is on this machine.
    pub(crate) fn new(authority: Option<&Path>) -> Result<Self> {
        let mut builder = Client::builder().https_only(true).timeout(PATIENCE);
        if let Some(authority) = authority {
            let pem = std::fs::read(authority).context("Reading the authority")?;
            let certificate = Certificate::from_pem(&pem).context("Reading the authority")?;
            builder = builder.tls_certs_only([certificate]).no_proxy();
        }
        let client = builder.build().context("Making an HTTPS client")?;
        let runtime =
            Builder::new_current_thread().enable_all().build().context("Making a runtime")?;
        Ok(Self { client, runtime })
    }

    /// The client, to write a request with.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request.
    pub(crate) fn ask(&self, request: RequestBuilder) -> Result<Answer> {
        let (client, request) = request.build_split();
        let request = request.context("Writing a request")?;
        // Without the query: the address of an upload is signed there.
        let (method, url) = (request.method(), request.url());
        let host = url.host_str().unwrap_or_default();
        let doing = format!("{method} https://{host}{}", url.path());
        let exchange = async {
            let answer = client.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.text().await?))
        };
        let (status, body) =
            self.runtime.block_on(exchange).map_err(reqwest::Error::without_url).context(&doing)?;
        Ok(Answer { status, doing, body })
    }

    /// Sends a request without a body again and again from several clients at once, for so long,
    /// and says how many were answered well.
    pub(crate) fn count(
        &self,
        request: &RequestBuilder,
        clients: usize,
        time: Duration,
    ) -> Result<usize> {
        let until = Instant::now() + time;
        let all = async {
            let mut tasks = JoinSet::new();
            for _ in 0..clients {
                let own = request.try_clone().context("The request cannot be sent twice")?;
                tasks.spawn(async move { again_and_again(own, until).await });
            }
            let mut count = 0;
            while let Some(done) = tasks.join_next().await {
                count += done.context("Waiting for a client")??;
            }
            Ok(count)
        };
        self.runtime.block_on(all)
    }
}

async fn again_and_again(request: RequestBuilder, until: Instant) -> Result<usize> {
    let mut count = 0;
    while Instant::now() < until {
        let request = request.try_clone().context("The request cannot be sent twice")?;
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer.context("Asking again")?.bytes().await.context("Reading an answer again")?;
        count += 1;
    }
    Ok(count)
}

impl Answer {
    /// Nothing, when the request succeeded.
    pub(crate) fn success(&self) -> Result<()> {
        if self.status.is_success() {
            return Ok(());
        }
        let text = format!("{} answered {}", self.doing, self.status);
        Err(Failure::new(text).with("Its body", &self.body))
    }

    /// The document of a request that succeeded.
    pub(crate) fn document(&self) -> Result<Value> {
        self.success()?;
        serde_json::from_str(&self.body).context(format!("Reading the answer of {}", self.doing))
    }
}
