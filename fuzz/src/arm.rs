//! An ARM whose responses come from an input, on a paused clock.

use super::Choices;
use async_trait::async_trait;
use azure::arm::{Arm, ArmOptions};
use azure::cloud::Cloud;
use azure::credential::TokenCache;
use azure::deadline::Deadline;
use azure::id::ResourceId;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

const PLACE: &str = "https://arm.local";

/// ID of the resource in every call.
pub const ID: &str = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/things/t";

const STATUS: [u16; 16] =
    [200, 201, 202, 204, 400, 401, 403, 404, 408, 409, 412, 429, 302, 500, 502, 503];

const HEADERS: [&str; 8] = [
    "azure-asyncoperation",
    "location",
    "retry-after",
    "retry-after-ms",
    "x-ms-request-id",
    "x-ms-ratelimit-remaining-subscription-reads",
    "etag",
    "content-type",
];

#[derive(Debug)]
struct Script(Mutex<Vec<u8>>);

#[async_trait]
impl HttpClient for Script {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let authorized = request.headers().get_optional_str(&"authorization".into()).is_some();
        let origin = request.url().origin().ascii_serialization();
        assert!(!authorized || origin == PLACE, "the token goes to {}", request.url());
        let mut script = self.0.lock().unwrap();
        let mut choices = Choices(&script);
        let status = *choices.one(&STATUS);
        let mut headers = Headers::new();
        for _ in 0..choices.byte() % 4 {
            let (name, value) = (*choices.one(&HEADERS), choices.text());
            let address = ["azure-asyncoperation", "location"].contains(&name);
            let value =
                if address && choices.byte() & 1 == 1 { PLACE.to_owned() + &value } else { value };
            headers.insert(name, value);
        }
        let body = choices.piece().to_vec();
        *script = choices.0.to_vec();
        let body = Box::pin(futures::stream::iter([Ok(body.into())]));
        Ok(AsyncRawResponse::new(status.into(), headers, body))
    }
}

#[derive(Debug)]
struct Token;

#[async_trait]
impl TokenCredential for Token {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let end = SystemTime::now() + Duration::from_secs(3600);
        Ok(AccessToken::new("token", end.into()))
    }
}

/// Runs a scene with an ARM that responds by the bytes, and a deadline of ten minutes.
pub fn play(answers: &[u8], scene: impl AsyncFnOnce(&Arm, &ResourceId, &Deadline)) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let token: Arc<dyn TokenCredential> = Arc::new(Token);
        let credential = TokenCache::new(Box::new(move || Ok(token.clone()))).unwrap();
        let cloud = Cloud::custom(PLACE, "https://login.local", None).unwrap();
        let script = Script(Mutex::new(answers.to_vec()));
        let arm = Arm::new(cloud, credential, script, ArmOptions::default()).unwrap();
        let until = Deadline::new(Duration::from_secs(600), CancellationToken::new());
        scene(&arm, &ResourceId::parse(ID).unwrap(), &until).await;
    });
}
