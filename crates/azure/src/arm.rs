//! Client of Azure Resource Manager: reads resources and lists. The module `write` adds the writes.

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

/// Client of ARM in one cloud, for one identity. Clones share their state.
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
    /// Creates a client from a cloud, the tokens of an identity, and an HTTP client.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) if an option contains
    /// characters that cannot be sent.
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

    /// Returns the cloud.
    pub fn cloud(&self) -> &Cloud {
        self.0.sender.cloud()
    }

    /// Returns the claims of the signed-in identity.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`](crate::error::ErrorKind::SignIn) if signing in fails.
    pub async fn claims(&self) -> Result<Claims, Error> {
        let token = self.0.tokens.token(&self.cloud().scope()).await?;
        Ok(Claims::of(&token))
    }

    /// Reads a resource. Returns `None` if the resource or its parent does not exist.
    ///
    /// # Errors
    ///
    /// Returns every kind except [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound).
    pub async fn get(
        &self,
        id: &ResourceId,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Error> {
        self.0.sender.get(id, api, until).await
    }

    /// Reads a resource like [`Arm::get`]. From the read number `from` in one parent or resource
    /// group, takes the resource from a list of its siblings. The list serves the siblings too, so
    /// many reads take one request for each page. In the worst case, the list costs one request
    /// more than single reads.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Arm::get`].
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

    /// Returns the children of a type, page by page. There are no pages if the resource does not
    /// exist.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) if the ID or the type
    /// cannot be part of a URL.
    pub fn pages(&self, id: &ResourceId, child: &str, api: &str) -> Result<Pages, Error> {
        Pages::new(self.0.sender.clone(), id, child, api)
    }

    /// Lists the children of a type from all pages. Returns an empty list if the resource does not
    /// exist.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Pages::next`], except
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound).
    pub async fn list(
        &self,
        id: &ResourceId,
        child: &str,
        api: &str,
        until: &Deadline,
    ) -> Result<Vec<Json>, Error> {
        Ok(self.find_list(id, child, api, until).await?.unwrap_or_default())
    }

    /// Lists the children of a type from all pages. Returns `None` if the resource does not exist.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Arm::list`].
    pub async fn find_list(
        &self,
        id: &ResourceId,
        child: &str,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<Vec<Json>>, Error> {
        self.pages(id, child, api)?.all(until).await
    }

    /// Returns `true` if a read of a new object may have been denied only because a role assignment
    /// has not taken effect yet.
    pub fn is_role_propagating(&self, error: &Error) -> bool {
        self.0.role_propagation.may_explain(error)
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.0.sender
    }

    pub(crate) fn object_locks(&self) -> &ObjectLocks {
        &self.0.object_locks
    }

    /// Invalidates the list cache for a write, which ends when the guard is dropped.
    pub(crate) fn begin_write(&self) -> WriteGuard<'_> {
        self.0.list_cache.begin_write()
    }
}
