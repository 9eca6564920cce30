//! Tokens: kept while they are good, fetched once however many ask, and forgotten when refused.
//!
//! azure_core and azure_identity each keep tokens too, but neither can forget the one that was
//! refused and no other: ten requests that meet the end of a token would fetch ten. And both make
//! everyone wait while an ageing token is replaced. So each fetch here is by a new credential.
//!
//! A crate for caches with a time to live (`moka`, `quick_cache`) would keep the entries, and leave
//! all of that to do: there are as many of them as there are scopes and tenants, mostly one.

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

/// How long before its end a token is replaced, if it lives twice as long.
const REFRESH_AHEAD: Duration = Duration::from_secs(300);

/// A token counts as good for so long at least: with a clock that is wrong, each one would count
/// as expired on arrival. ARM's refusal tells the truth.
const MIN_LIFETIME: Duration = Duration::from_secs(10);

/// How long a request waits for a token to be replaced that is still good.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(5);

/// When a replacement has failed, the next one is tried so much later.
const REFRESH_PAUSE: Duration = Duration::from_secs(30);

type MakeCredential = Box<dyn Fn() -> Result<Arc<dyn TokenCredential>, Error> + Send + Sync>;

/// The tokens of one identity in one tenant, by scope.
pub struct TokenCache {
    make: MakeCredential,
    /// Made at the beginning, to find out whether it can be; the first fetch takes it.
    first: Mutex<Option<Arc<dyn TokenCredential>>>,
    /// The same identity in other tenants.
    auxiliary: Vec<Arc<TokenCache>>,
    /// What errors say of how it was tried.
    note: String,
    entries: Mutex<HashMap<String, Arc<ScopeEntry>>>,
}

/// The token of one scope.
#[derive(Default)]
struct ScopeEntry {
    state: Mutex<EntryState>,
    /// Held by whoever fetches.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct EntryState {
    token: Option<CachedToken>,
    /// The last failure, and how many there were.
    failure: Option<Error>,
    failures: u64,
}

struct CachedToken {
    token: Secret,
    expires_at: Instant,
    refresh_at: Instant,
}

/// What the cache has of a token.
enum TokenState {
    Missing,
    Fresh(Secret),
    Expiring(Secret),
}

impl TokenCache {
    /// The tokens of the credential that this function makes, anew for each of them: it reads
    /// files that may have changed.
    ///
    /// # Errors
    ///
    /// Those of the function.
    pub fn new(make: MakeCredential) -> Result<Arc<Self>, Error> {
        Self::with_auxiliary(make, Vec::new(), String::new())
    }

    /// The same, with the identity's tokens of other tenants, and with what each error is to say
    /// of how the sign-in was tried.
    ///
    /// # Errors
    ///
    /// Those of the function.
    pub fn with_auxiliary(
        make: MakeCredential,
        auxiliary: Vec<Arc<Self>>,
        note: String,
    ) -> Result<Arc<Self>, Error> {
        let first = Mutex::new(Some(make().map_err(|error| error.with_note(&note))?));
        Ok(Arc::new(Self { make, first, auxiliary, note, entries: Mutex::default() }))
    }

    /// The same identity in other tenants.
    pub(crate) fn auxiliary(&self) -> &[Arc<Self>] {
        &self.auxiliary
    }

    /// A token for a scope.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] when there is none. Of all who wait for the same token, all get the
    /// error.
    pub(crate) async fn token(&self, scope: &str) -> Result<Secret, Error> {
        let entry = self.entry(scope);
        let failures = entry.state().failures;
        match entry.token() {
            TokenState::Fresh(token) => Ok(token),
            TokenState::Expiring(token) => match entry.fetching.try_lock() {
                // One fetches, the others go on with what there is.
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

    /// Forgets a token that was refused, unless another one has taken its place.
    pub(crate) fn refuse(&self, scope: &str, token: &Secret) {
        let entry = self.entry(scope);
        let mut state = entry.state();
        if state.token.as_ref().is_some_and(|held| held.token == *token) {
            state.token = None;
        }
    }

    /// Replaces an ageing token, if that is quickly done.
    async fn refresh(&self, entry: &ScopeEntry, scope: &str) -> Option<Secret> {
        match timeout(REFRESH_TIMEOUT, self.fetch(entry, scope)).await {
            Ok(Ok(token)) => return Some(token),
            Ok(Err(error)) => tracing::warn!(%error, "the token cannot be replaced yet"),
            Err(_) => tracing::warn!("the token service is slow; the present token is still good"),
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
                        Error::from_source(ErrorKind::SignIn, "No token", &error)
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

    /// The failure that someone met while we waited.
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
