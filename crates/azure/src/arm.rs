//! ARM as its users see it: resources and lists of them. Writes are in `write`, above.

use crate::cloud::Cloud;
use crate::credential::{Claims, TokenCache};
use crate::deadline::Deadline;
use crate::error::Error;
use crate::id::ResourceId;
use crate::list_cache::{ListCache, WriteGuard};
use crate::object_lock::ObjectLocks;
use crate::pages::Pages;
use crate::role_propagation::RolePropagation;
use crate::sender::Sender;
use azure_core::http::HttpClient;
use serde_json::Value as Json;
use std::sync::Arc;

pub use crate::http_client::{Client, client};
pub use crate::request::GenericResource;
pub use crate::sender::ArmOptions;

/// ARM of one cloud, for one identity.
#[derive(Clone)]
pub struct Arm(Arc<Shared>);

struct Shared {
    sender: Arc<Sender>,
    tokens: Arc<TokenCache>,
    role_propagation: RolePropagation,
    list_cache: ListCache,
    object_locks: ObjectLocks,
}

impl Arm {
    /// A client for a cloud, an identity and an HTTP client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) when an option cannot be sent.
    pub fn new(
        cloud: Cloud,
        tokens: Arc<TokenCache>,
        client: impl HttpClient + 'static,
        options: ArmOptions,
    ) -> Result<Self, Error> {
        let role_propagation = RolePropagation::new(options.role_propagation_timeout);
        let sender = Arc::new(Sender::new(cloud, tokens.clone(), client, options)?);
        Ok(Self(Arc::new(Shared {
            sender,
            tokens,
            role_propagation,
            list_cache: ListCache::default(),
            object_locks: ObjectLocks::default(),
        })))
    }

    /// The cloud.
    pub fn cloud(&self) -> &Cloud {
        self.0.sender.cloud()
    }

    /// Who is signed in.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`](crate::error::ErrorKind::SignIn) when nobody is, and nobody can be.
    pub async fn claims(&self) -> Result<Claims, Error> {
        let token = self.0.tokens.token(&self.cloud().scope()).await?;
        Ok(Claims::of(&token))
    }

    /// Reads a resource; `None` when it, or what it is in, definitely does not exist.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound).
    pub async fn get(
        &self,
        id: &ResourceId,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Error> {
        self.0.sender.get(id, api, until).await
    }

    /// Reads a resource as [`Arm::get`] does, but from the `from`th in the same parent or group
    /// on by a list of its siblings, which serves them as well. In numbers this takes one request
    /// for each page of the list, and at most one more than without in the worst case.
    ///
    /// # Errors
    ///
    /// As [`Arm::get`].
    pub async fn get_cached(
        &self,
        id: &ResourceId,
        api: &str,
        from: usize,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Error> {
        match self.0.list_cache.take(&self.0.sender, id, api, from, until).await? {
            Some(found) => Ok(Some(found)),
            None => self.get(id, api, until).await,
        }
    }

    /// The children of a type, in pages; none when the resource does not exist.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) when they cannot be asked for.
    pub fn pages(&self, id: &ResourceId, child: &str, api: &str) -> Result<Pages, Error> {
        Pages::new(self.0.sender.clone(), id, child, api)
    }

    /// Lists the children of a type, all pages of them; none when the resource does not exist.
    ///
    /// # Errors
    ///
    /// As [`Pages::next`], but never [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound).
    pub async fn list(
        &self,
        id: &ResourceId,
        child: &str,
        api: &str,
        until: &Deadline,
    ) -> Result<Vec<Json>, Error> {
        Ok(self.find_list(id, child, api, until).await?.unwrap_or_default())
    }

    /// Lists the children of a type, all pages of them; `None` when the resource does not exist.
    ///
    /// # Errors
    ///
    /// As [`Arm::list`].
    pub async fn find_list(
        &self,
        id: &ResourceId,
        child: &str,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<Vec<Json>>, Error> {
        self.pages(id, child, api)?.all(until).await
    }

    /// Whether a read of what was made a moment ago is denied only because the role that allows it
    /// does not work yet.
    pub fn is_role_propagating(&self, error: &Error) -> bool {
        self.0.role_propagation.may_explain(error)
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.0.sender
    }

    pub(crate) fn object_locks(&self) -> &ObjectLocks {
        &self.0.object_locks
    }

    /// Tells the list cache of a write, which is over when the guard is dropped.
    pub(crate) fn begin_write(&self) -> WriteGuard<'_> {
        self.0.list_cache.begin_write()
    }
}
