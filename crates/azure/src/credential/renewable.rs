//! Tokens: kept while they are good, fetched once however many ask, and forgotten when refused.
//!
//! azure_core and azure_identity each keep tokens too, but neither can forget the one that was
//! refused and no other: ten requests that meet the end of a token would fetch ten. And both make
//! everyone wait while an ageing token is replaced. So each fetch here is by a new credential.

use super::Secret;
use super::service;
use crate::error::{Error, Kind};
use azure_core::credentials::{AccessToken, TokenCredential};
use azure_core::time::OffsetDateTime;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long before its end a token is replaced, if it lives twice as long.
const AHEAD: Duration = Duration::from_secs(300);

/// A token counts as good for so long at least: with a clock that is wrong, each one would count
/// as expired on arrival. ARM's refusal tells the truth.
const SHORTEST: Duration = Duration::from_secs(10);

/// How long a request waits for a token to be replaced that is still good.
const GRACE: Duration = Duration::from_secs(5);

/// When a replacement has failed, the next one is tried so much later.
const PAUSE: Duration = Duration::from_secs(30);

type Make = Box<dyn Fn() -> Result<Arc<dyn TokenCredential>, Error> + Send + Sync>;

/// The tokens of one identity in one tenant, by scope.
pub struct Renewable {
    make: Make,
    /// Made at the beginning, to find out whether it can be; the first fetch takes it.
    first: Mutex<Option<Arc<dyn TokenCredential>>>,
    /// The same identity in other tenants.
    auxiliary: Vec<Arc<Renewable>>,
    /// What errors say of how it was tried.
    note: String,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

/// The token of one scope.
#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    /// Held by whoever fetches.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: Option<Held>,
    /// The last failure, and how many there were.
    failure: Option<Error>,
    failures: u64,
}

struct Held {
    token: Secret,
    good_until: Instant,
    replaced_from: Instant,
}

/// What a slot has.
enum Stock {
    Nothing,
    Fresh(Secret),
    Ageing(Secret),
}

impl Renewable {
    /// The tokens of the credential that this function makes, anew for each of them: it reads
    /// files that may have changed.
    ///
    /// # Errors
    ///
    /// Those of the function.
    pub fn new(make: Make) -> Result<Arc<Self>, Error> {
        Self::with_auxiliary(make, Vec::new(), String::new())
    }

    /// The same, with the identity's tokens of other tenants, and with what each error is to say
    /// of how the sign-in was tried.
    ///
    /// # Errors
    ///
    /// Those of the function.
    pub fn with_auxiliary(
        make: Make,
        auxiliary: Vec<Arc<Self>>,
        note: String,
    ) -> Result<Arc<Self>, Error> {
        let first = Mutex::new(Some(make().map_err(|error| error.with_note(&note))?));
        Ok(Arc::new(Self { make, first, auxiliary, note, slots: Mutex::default() }))
    }

    /// The same identity in other tenants.
    pub(crate) fn auxiliary(&self) -> &[Arc<Self>] {
        &self.auxiliary
    }

    /// A token for a scope.
    ///
    /// # Errors
    ///
    /// [`Kind::SignIn`] when there is none. Of all who wait for the same token, all get the error.
    pub(crate) async fn token(&self, scope: &str) -> Result<Secret, Error> {
        let slot = self.slot(scope);
        let failures = slot.state().failures;
        match slot.stock() {
            Stock::Fresh(token) => Ok(token),
            Stock::Ageing(token) => match slot.fetching.try_lock() {
                // One fetches, the others go on with what there is.
                Err(_) => Ok(token),
                Ok(_guard) => Ok(self.replace(&slot, scope).await.unwrap_or(token)),
            },
            Stock::Nothing => {
                let _guard = slot.fetching.lock().await;
                if let Stock::Fresh(token) | Stock::Ageing(token) = slot.stock() {
                    return Ok(token);
                }
                match slot.failure_since(failures) {
                    Some(error) => Err(error),
                    None => self.fetch(&slot, scope).await,
                }
            }
        }
    }

    /// Forgets a token that was refused, unless another one has taken its place.
    pub(crate) fn refuse(&self, scope: &str, token: &Secret) {
        let slot = self.slot(scope);
        let mut state = slot.state();
        if state.token.as_ref().is_some_and(|held| held.token == *token) {
            state.token = None;
        }
    }

    /// Replaces an ageing token, if that is quickly done.
    async fn replace(&self, slot: &Slot, scope: &str) -> Option<Secret> {
        match timeout(GRACE, self.fetch(slot, scope)).await {
            Ok(Ok(token)) => return Some(token),
            Ok(Err(fault)) => tracing::warn!(%fault, "the token cannot be replaced yet"),
            Err(_) => tracing::warn!("the token service is slow; the present token is still good"),
        }
        if let Some(held) = slot.state().token.as_mut() {
            held.replaced_from = Instant::now() + PAUSE;
        }
        None
    }

    async fn fetch(&self, slot: &Slot, scope: &str) -> Result<Secret, Error> {
        let fetched = match self.credential() {
            Ok(credential) => {
                let fetched = credential.get_token(&[scope], None).await;
                fetched.map_err(|fault| {
                    service::carried(&fault)
                        .unwrap_or_else(|| Error::of_source(Kind::SignIn, "No token", &fault))
                })
            }
            Err(error) => Err(error),
        };
        let mut state = slot.state();
        match fetched {
            Ok(token) => {
                let held = Held::new(&token);
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

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(scope.to_owned()).or_default().clone()
    }
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stock(&self) -> Stock {
        let now = Instant::now();
        match &self.state().token {
            Some(held) if now < held.replaced_from => Stock::Fresh(held.token.clone()),
            Some(held) if now < held.good_until => Stock::Ageing(held.token.clone()),
            _ => Stock::Nothing,
        }
    }

    /// The failure that someone met while we waited.
    fn failure_since(&self, failures: u64) -> Option<Error> {
        let state = self.state();
        state.failure.clone().filter(|_| state.failures > failures)
    }
}

impl Held {
    fn new(token: &AccessToken) -> Self {
        let life = token.expires_on - OffsetDateTime::now_utc();
        let life = Duration::try_from(life).unwrap_or_default().max(SHORTEST);
        let now = Instant::now();
        Self {
            token: Secret::new(token.token.secret()),
            good_until: now + life,
            replaced_from: now + life - AHEAD.min(life / 2),
        }
    }
}

impl fmt::Debug for Renewable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Renewable")
    }
}
