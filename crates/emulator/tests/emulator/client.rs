//! A client of the emulator with HTTPS, a token, and polling in all three styles.

use emulator::{Builder, Emulator};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

/// An emulator with a signed-in client.
pub(crate) struct Client {
    pub(crate) emulator: Emulator,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// Returns the code of an error.
    pub(crate) fn code(&self) -> &str {
        let code = self.body["error"]["code"].as_str().or(self.body["code"].as_str());
        code.unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{:#}", self.body);
        self
    }
}

impl Client {
    pub(crate) async fn start() -> Self {
        Self::with(Emulator::builder()).await
    }

    pub(crate) async fn with(builder: Builder) -> Self {
        let emulator = builder.start().await.expect("an emulator");
        let certificate =
            reqwest::Certificate::from_pem(emulator.ca_pem.as_bytes()).expect("a certificate");
        let http = reqwest::Client::builder()
            .tls_certs_only([certificate])
            .no_proxy()
            .build()
            .expect("a client");
        let mut client = Self { emulator, http, token: String::new() };
        let answer = client.sign_in(&client.emulator.client_secret).await.is(200);
        client.token = answer.body["access_token"].as_str().expect("a token").to_owned();
        client
    }

    pub(crate) async fn sign_in(&self, secret: &str) -> Answer {
        self.sign_in_to(&self.emulator.tenant, secret).await
    }

    pub(crate) async fn sign_in_to(&self, tenant: &str, secret: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.emulator.client_id)
            .append_pair("client_secret", secret)
            .append_pair("scope", &format!("{}/.default", self.emulator.base))
            .finish();
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.emulator.base);
        let request = self
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        read(request.send().await.expect("an answer")).await
    }

    /// Sends a request to any URL, with the token.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let request = self.request(method, url, headers, body);
        read(request.send().await.expect("an answer")).await
    }

    pub(crate) fn request(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    pub(crate) fn url(&self, id: &str, version: &str) -> String {
        let mark = if id.contains('?') { '&' } else { '?' };
        format!("{}{id}{mark}api-version={version}", self.emulator.base)
    }

    pub(crate) async fn get(&self, id: &str) -> Answer {
        self.send(Method::GET, &self.url(id, version(id)), &[], None).await
    }

    pub(crate) async fn put(&self, id: &str, body: &Value) -> Answer {
        self.send(Method::PUT, &self.url(id, version(id)), &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, id: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, &self.url(id, version(id)), &[], Some(body)).await
    }

    pub(crate) async fn delete(&self, id: &str) -> Answer {
        self.send(Method::DELETE, &self.url(id, version(id)), &[], None).await
    }

    /// Polls an accepted request until it ends, and returns the status document or the final
    /// answer.
    pub(crate) async fn end(&self, accepted: Answer) -> Answer {
        assert!(accepted.status < 300, "{:#}", accepted.body);
        let status = accepted.header("azure-asyncoperation").to_owned();
        let result = accepted.header("location").to_owned();
        let url = if status.is_empty() { result } else { status };
        if url.is_empty() {
            return accepted;
        }
        for _ in 0..10 {
            let answer = self.send(Method::GET, &url, &[], None).await;
            if answer.status != 202 && answer.body["status"] != json!("InProgress") {
                return answer;
            }
        }
        panic!("the operation does not end: {url}");
    }

    /// Sends a `PUT` that must succeed, and returns the resource at its end.
    pub(crate) async fn make(&self, id: &str, body: &Value) -> Value {
        let accepted = self.put(id, body).await;
        let end = self.end(accepted).await;
        assert_ne!(end.body["status"], json!("Failed"), "{:#}", end.body);
        self.get(id).await.is(200).body
    }

    /// Sends a `DELETE` that must succeed.
    pub(crate) async fn remove(&self, id: &str) {
        let accepted = self.delete(id).await;
        let end = self.end(accepted).await;
        assert_ne!(end.body["status"], json!("Failed"), "{:#}", end.body);
        self.get(id).await.is(404);
    }

    /// Returns an ID in the default resource group.
    pub(crate) fn id(&self, tail: &str) -> String {
        format!("{}/providers/{tail}", self.emulator.group_id())
    }

    pub(crate) fn network(&self, tail: &str) -> String {
        self.id(&format!("Microsoft.Network/{tail}"))
    }

    pub(crate) fn hub(&self) -> String {
        self.id("Microsoft.MachineLearningServices/workspaces/airef-hub")
    }

    /// Returns the body of an endpoint in `snet-pe`.
    pub(crate) fn endpoint(&self, target: &str, group: &str) -> Value {
        json!({ "location": "eastus", "properties": {
            "subnet": { "id": self.network("virtualNetworks/vnet-ai/subnets/snet-pe") },
            "privateLinkServiceConnections": [{ "name": "one", "properties": {
                "privateLinkServiceId": target, "groupIds": [group],
            } }],
        } })
    }
}

pub(crate) async fn read(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, body }
}

/// Returns the API version that azurerm sends for a type.
pub(crate) fn version(id: &str) -> &'static str {
    let lower = format!("{}/", id.to_ascii_lowercase());
    let table = [
        ("microsoft.network/privatednszones", "2024-06-01"),
        ("microsoft.network/dns", "2022-07-01"),
        ("microsoft.network/", "2025-01-01"),
        ("microsoft.machinelearningservices/", "2025-06-01"),
        ("microsoft.cognitiveservices/", "2026-03-01"),
        ("microsoft.storage/", "2025-08-01"),
        ("microsoft.keyvault/", "2026-02-01"),
        ("microsoft.containerregistry/", "2025-11-01"),
        ("microsoft.search/", "2025-05-01"),
        ("microsoft.insights/privatelinkscopes", "2021-09-01"),
        ("microsoft.insights/", "2020-02-02"),
        ("microsoft.documentdb/databaseaccounts", "2026-03-15"),
    ];
    // The table of targets has the versions of its types, oldest first.
    let targets = include_str!("../../src/resource_types/targets.tsv").lines().skip(1);
    let mut targets = targets.filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?.to_ascii_lowercase(), cells.next()?))
    });
    if let Some((_, versions)) = targets.find(|(ty, _)| lower.contains(&format!("/{ty}/"))) {
        return versions.split(' ').next_back().unwrap_or_default();
    }
    let found = table.iter().find(|(part, _)| lower.contains(part));
    found.map_or("2024-03-01", |(_, version)| version)
}
