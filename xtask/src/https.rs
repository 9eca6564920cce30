//! A small HTTPS client.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::failure::{Context as _, Failure, Result};

/// Time limit of an exchange, which may upload an archive of some megabytes.
const PATIENCE: Duration = Duration::from_secs(300);

/// A client with its runtime.
#[derive(Debug)]
pub(crate) struct Https {
    client: Client,
    runtime: Runtime,
}

/// Answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    doing: String,
    body: String,
}

impl Https {
    /// Creates a client that trusts the system's certificate authorities, or only the given one.
    /// With a given authority it uses no proxy, because the server is on this machine.
    pub(crate) fn new(authority: Option<&Path>) -> Result<Self> {
        let mut builder = Client::builder().https_only(true).timeout(PATIENCE);
        if let Some(authority) = authority {
            let pem = std::fs::read(authority).context("Cannot read the certificate authority")?;
            let certificate =
                Certificate::from_pem(&pem).context("Cannot read the certificate authority")?;
            builder = builder.tls_certs_only([certificate]).no_proxy();
        }
        let client = builder.build().context("Cannot create an HTTPS client")?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("Cannot create a runtime")?;
        Ok(Self { client, runtime })
    }

    /// Returns the client, which builds requests.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request.
    pub(crate) fn ask(&self, request: RequestBuilder) -> Result<Answer> {
        let (client, request) = request.build_split();
        let request = request.context("Cannot build a request")?;
        // Without the query, because the address of an upload contains a signature there.
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

    /// Repeats a request without a body from several clients at once for some time, and returns the
    /// number of successful answers.
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
                let own = request.try_clone().context("The request cannot be repeated")?;
                tasks.spawn(async move { again_and_again(own, until).await });
            }
            let mut count = 0;
            while let Some(done) = tasks.join_next().await {
                count += done.context("A client ended early")??;
            }
            Ok(count)
        };
        self.runtime.block_on(all)
    }
}

async fn again_and_again(request: RequestBuilder, until: Instant) -> Result<usize> {
    let mut count = 0;
    while Instant::now() < until {
        let request = request.try_clone().context("The request cannot be repeated")?;
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer
            .context("The repeated request got no answer")?
            .bytes()
            .await
            .context("Cannot read the answer of a repeated request")?;
        count += 1;
    }
    Ok(count)
}

impl Answer {
    /// Returns an error if the request did not succeed.
    pub(crate) fn success(&self) -> Result<()> {
        if self.status.is_success() {
            return Ok(());
        }
        let text = format!("{} answered {}", self.doing, self.status);
        Err(Failure::new(text).with("Body of the answer", &self.body))
    }

    /// Returns the JSON document of a successful request.
    pub(crate) fn document(&self) -> Result<Value> {
        self.success()?;
        serde_json::from_str(&self.body)
            .context(format!("The answer to {} is not JSON", self.doing))
    }
}
