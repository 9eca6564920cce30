//! Token cache: keeps tokens until they expire, fetches each token once for all callers, and
//! discards refused tokens.
//!
//! azure_core and azure_identity cache tokens too, but cannot discard exactly the refused token:
//! ten requests that find an expired token would fetch ten new ones. Both also let all callers wait
//! while they renew a token. So this cache creates a new credential for each fetch.
//!
//! A cache crate with a time to live (`moka`, `quick_cache`) would only store the entries, one for
//! each scope and tenant. It would not do the rest.

use super::secret::Secret;
use super::token_error::from_core_error;
use crate::error::{Error, ErrorKind};
use azure_core::credentials::{AccessToken, TokenCredential};
use azure_core::time::OffsetDateTime;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Time before the expiry of a token at which it is renewed, if its lifetime is at least twice as
/// long.
const REFRESH_AHEAD: Duration = Duration::from_secs(300);

/// Minimum time for which a token counts as valid. With a wrong clock, each token would seem
/// expired on arrival. ARM refuses a token that has in fact expired.
const MIN_LIFETIME: Duration = Duration::from_secs(10);

/// Time that a request waits for the renewal of a token that is still valid.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(5);

/// Time after a failed renewal until the next attempt.
const REFRESH_PAUSE: Duration = Duration::from_secs(30);

type MakeCredential = Box<dyn Fn() -> Result<Arc<dyn TokenCredential>, Error> + Send + Sync>;

/// Tokens of one identity in one tenant, by scope.
pub struct TokenCache {
    make: MakeCredential,
    /// Credential that was created to check the settings. The first fetch uses it.
    first: Mutex<Option<Arc<dyn TokenCredential>>>,
    /// Caches of the identity in other tenants.
    auxiliary: Vec<Arc<TokenCache>>,
    /// Text that errors add about the sign-in.
    note: String,
    entries: Mutex<HashMap<String, Arc<ScopeEntry>>>,
}

/// Token of one scope.
#[derive(Default)]
struct ScopeEntry {
    state: Mutex<EntryState>,
    /// Lock of the caller that fetches a token.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct EntryState {
    token: Option<CachedToken>,
    /// Last failure and number of failures.
    failure: Option<Error>,
    failures: u64,
}

struct CachedToken {
    token: Secret,
    expires_at: Instant,
    refresh_at: Instant,
}

/// State of a token in the cache.
enum TokenState {
    Missing,
    Fresh(Secret),
    Expiring(Secret),
}

impl TokenCache {
    /// Creates a cache. `make` creates a new credential for each token, because it reads files that
    /// may have changed.
    ///
    /// # Errors
    ///
    /// Returns the errors of `make`.
    pub fn new(make: MakeCredential) -> Result<Arc<Self>, Error> {
        Self::with_auxiliary(make, Vec::new(), String::new())
    }

    /// Creates a cache with the identity's caches in other tenants. Each error includes `note`,
    /// which describes the sign-in.
    ///
    /// # Errors
    ///
    /// Returns the errors of `make`.
    pub fn with_auxiliary(
        make: MakeCredential,
        auxiliary: Vec<Arc<Self>>,
        note: String,
    ) -> Result<Arc<Self>, Error> {
        let first = Mutex::new(Some(make().map_err(|error| error.with_note(&note))?));
        Ok(Arc::new(Self { make, first, auxiliary, note, entries: Mutex::default() }))
    }

    /// Returns the caches of the identity in other tenants.
    pub(crate) fn auxiliary(&self) -> &[Arc<Self>] {
        &self.auxiliary
    }

    /// Returns a token for a scope.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`] if no token can be fetched. All callers that wait for the
    /// token get the error.
    pub(crate) async fn token(&self, scope: &str) -> Result<Secret, Error> {
        let entry = self.entry(scope);
        let failures = entry.state().failures;
        match entry.token() {
            TokenState::Fresh(token) => Ok(token),
            TokenState::Expiring(token) => match entry.fetching.try_lock() {
                // One caller renews the token, and the others use the valid one.
                Err(_) => Ok(token),
                Ok(_guard) => Ok(self.refresh(&entry, scope).await.unwrap_or(token)),
            },
            TokenState::Missing => {
                let _guard = entry.fetching.lock().await;
                if let TokenState::Fresh(token) | TokenState::Expiring(token) = entry.token() {
                    return Ok(token);
                }
                match entry.failure_since(failures) {
                    Some(error) => Err(error),
                    None => self.fetch(&entry, scope).await,
                }
            }
        }
    }

    /// Discards a refused token, unless another token has replaced it.
    pub(crate) fn refuse(&self, scope: &str, token: &Secret) {
        let entry = self.entry(scope);
        let mut state = entry.state();
        if state.token.as_ref().is_some_and(|held| held.token == *token) {
            state.token = None;
        }
    }

    /// Renews an expiring token, unless that takes too long.
    async fn refresh(&self, entry: &ScopeEntry, scope: &str) -> Option<Secret> {
        match timeout(REFRESH_TIMEOUT, self.fetch(entry, scope)).await {
            Ok(Ok(token)) => return Some(token),
            Ok(Err(error)) => {
                tracing::warn!(%error, "token renewal failed, keeping the valid token");
            }
            Err(_) => tracing::warn!("token service is slow, keeping the valid token"),
        }
        if let Some(held) = entry.state().token.as_mut() {
            held.refresh_at = Instant::now() + REFRESH_PAUSE;
        }
        None
    }

    async fn fetch(&self, entry: &ScopeEntry, scope: &str) -> Result<Secret, Error> {
        let fetched = match self.credential() {
            Ok(credential) => {
                let fetched = credential.get_token(&[scope], None).await;
                fetched.map_err(|error| {
                    from_core_error(&error).unwrap_or_else(|| {
                        Error::from_source(
                            ErrorKind::SignIn,
                            "The token service returned no token",
                            &error,
                        )
                    })
                })
            }
            Err(error) => Err(error),
        };
        let mut state = entry.state();
        match fetched {
            Ok(token) => {
                let held = CachedToken::new(&token);
                let token = held.token.clone();
                (state.token, state.failure) = (Some(held), None);
                Ok(token)
            }
            Err(error) => {
                let error = error.with_note(&self.note);
                state.failure = Some(error.clone());
                state.failures += 1;
                Err(error)
            }
        }
    }

    fn credential(&self) -> Result<Arc<dyn TokenCredential>, Error> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map_or_else(|| (self.make)(), Ok)
    }

    fn entry(&self, scope: &str) -> Arc<ScopeEntry> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.entry(scope.to_owned()).or_default().clone()
    }
}

impl ScopeEntry {
    fn state(&self) -> MutexGuard<'_, EntryState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self) -> TokenState {
        let now = Instant::now();
        match &self.state().token {
            Some(held) if now < held.refresh_at => TokenState::Fresh(held.token.clone()),
            Some(held) if now < held.expires_at => TokenState::Expiring(held.token.clone()),
            _ => TokenState::Missing,
        }
    }

    /// Returns a failure that occurred since the count of failures was `failures`.
    fn failure_since(&self, failures: u64) -> Option<Error> {
        let state = self.state();
        state.failure.clone().filter(|_| state.failures > failures)
    }
}

impl CachedToken {
    fn new(token: &AccessToken) -> Self {
        let life = token.expires_on - OffsetDateTime::now_utc();
        let life = Duration::try_from(life).unwrap_or_default().max(MIN_LIFETIME);
        let now = Instant::now();
        Self {
            token: Secret::new(token.token.secret()),
            expires_at: now + life,
            refresh_at: now + life - REFRESH_AHEAD.min(life / 2),
        }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenCache")
    }
}
