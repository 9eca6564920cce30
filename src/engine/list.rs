//! Lists of existing objects, for `terraform query`. A file in [`crate::resources`] says where to
//! search and which objects to return. This module reads the pages and stops as soon as Terraform
//! wants no more results.
//!
//! The module sends only list requests: one for each page, and for children one for each parent. If
//! a list cannot be read and others remain, the module reports a warning and continues.

use crate::client::AzureClient;
use crate::client::deadline;
use crate::config::defaults::Defaults;
use crate::engine::scope::no_subscription;
use crate::explain::explain;
use crate::private_link::arm_types::ArmType;
use crate::validators;
use async_trait::async_trait;
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::list::{ListResource, ListResults};
use plugin::prelude::*;
use serde_json::Value as Json;
use std::marker::PhantomData;
use std::sync::Arc;

/// Part of Azure that a list searches.
#[derive(Model, Clone, Debug)]
pub struct ListScope {
    /// GUID of the subscription to search. Defaults to the provider's `subscription_id`.
    #[tf(check = validators::guid())]
    subscription_id: Option<String>,
    /// Name of the resource group to search. If omitted, the list searches the whole subscription.
    #[tf(check = validators::resource_group())]
    resource_group_name: Option<String>,
}

impl ListScope {
    fn scope(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        let own = self.subscription_id.as_ref().or(defaults.subscription_id.as_ref());
        let subscription = own.ok_or_else(no_subscription)?;
        match &self.resource_group_name {
            Some(group) => Ok(ResourceId::group(subscription, group)),
            None => validators::parse(&format!("/subscriptions/{subscription}"), "subscription_id"),
        }
    }

    /// Returns an error if the configuration sets both a scope and the attribute `object`.
    fn or(config: &Value, object: &str) -> Diagnostics {
        let given = |name: &str| config.get(name).is_given();
        let both = ["subscription_id", "resource_group_name"];
        let Some(other) = both.into_iter().find(|other| given(object) && given(other)) else {
            return Diagnostics::new();
        };
        let detail = format!(
            "`{object}` already defines the scope of the search. Remove \
                              `{other}` or `{object}`."
        );
        Diagnostic::error("The scope of the search is set twice", detail).at(Path::of(other)).into()
    }
}

/// Place that a list searches.
#[derive(Clone, Debug)]
pub enum Source {
    /// All objects of a type.
    Type(ArmType),
    /// The children of all objects of a type.
    ChildrenOf(ArmType, ArmType),
    /// The grandchildren of all objects of a type.
    GrandchildrenOf(ArmType, ArmType, ArmType),
    /// The children of one object.
    Children(ResourceId, ArmType),
}

impl Source {
    /// Returns the type of the objects in the place.
    fn ty(&self) -> ArmType {
        match self {
            Self::Type(ty)
            | Self::ChildrenOf(_, ty)
            | Self::GrandchildrenOf(_, _, ty)
            | Self::Children(_, ty) => *ty,
        }
    }
}

/// List of the existing objects of a resource.
pub trait ArmList: Model + AsRef<ListScope> {
    /// The full type name of the resource.
    const NAME: &'static str;
    /// Plural name of the objects in messages.
    const LABEL: &'static str;
    /// Attribute with the ID of a parent to search, which a configuration sets instead of a scope.
    const PARENT: Option<&'static str> = None;

    /// Returns the places to search if the configuration sets no parent.
    fn sources(&self) -> Vec<Source>;

    /// Returns the place to search in a parent: its children of the type that every list of a scope
    /// returns.
    fn within(&self, parent: ResourceId) -> Option<Source> {
        Some(Source::Children(parent, self.sources().first()?.ty()))
    }

    /// Returns `true` if the children of this object are searched.
    fn opens(&self, parent: &Json) -> bool {
        let _ = parent;
        true
    }

    /// Returns the results for an object: usually the object itself, if the configuration asks for
    /// it.
    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult>;
}

/// Returns the object as a result, with its ID in ARM's spelling of the type.
pub fn itself(id: &ResourceId, ty: &str) -> Vec<ListResult> {
    let id = id.canonical(ty);
    vec![ListResult { name: id.name().to_owned(), id: id.to_string() }]
}

/// Returns a child as a result that is named with its parent.
pub fn in_parent(id: &ResourceId, ty: &str) -> Vec<ListResult> {
    let id = id.canonical(ty);
    let parent = id.parent().map(|parent| parent.name().to_owned()).unwrap_or_default();
    vec![ListResult { name: format!("{} of {parent}", id.name()), id: id.to_string() }]
}

/// Returns the resource ID in the `id` of an object.
pub fn id_of(object: &Json) -> Option<ResourceId> {
    ResourceId::parse(object["id"].as_str()?).ok()
}

/// Returns the ID of a child whose body has no `id`. The ID ends in the child's name, or in
/// `default` for a singleton without a name.
fn unsaid(of: &ResourceId, ty: &str, object: &Json, count: usize) -> Option<ResourceId> {
    let only = object["id"].is_null() && count == 1;
    let name = object["name"].as_str().or(only.then_some("default"))?;
    (object["id"].is_null() && !ty.contains('/')).then(|| of.child(ty, name))
}

/// Returns `true` if an ID matches the filter `wanted`, or if there is no filter.
pub fn is(wanted: Option<&str>, id: Option<&str>) -> bool {
    let parse = |text: &str| ResourceId::parse(text).ok();
    wanted.is_none_or(|wanted| parse(wanted).is_some_and(|it| id.and_then(parse) == Some(it)))
}

/// Serves an [`ArmList`] to Terraform.
pub struct Listed<L> {
    azure: Arc<AzureClient>,
    list: PhantomData<fn() -> L>,
}

impl<L: ArmList> Listed<L> {
    /// Creates the list on the Azure of `azure`.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, list: PhantomData }
    }

    fn sources(list: &L) -> Result<Vec<Source>, Diagnostic> {
        let config = list.encode();
        let parent = L::PARENT.and_then(|name| Some((name, config.get(name).as_str()?)));
        let Some((name, id)) = parent else { return Ok(list.sources()) };
        Ok(list.within(validators::parse(id, name)?).into_iter().collect())
    }

    async fn look(
        &self,
        list: &L,
        finds: &ListResults,
        until: &Deadline,
    ) -> Result<(), Diagnostic> {
        let sources = Self::sources(list)?;
        let sole = sources.len() == 1;
        let look = Look { arm: self.azure.arm(until).await?, list, finds, until };
        let scope = || list.as_ref().scope(&self.azure.defaults());
        for source in sources {
            let (of, looked) = match source {
                Source::Children(of, child) => {
                    (of.clone(), look.children(&of, last(child), &[]).await)
                }
                Source::Type(ty) => look.all(scope()?, ty, &[]).await,
                Source::ChildrenOf(ty, child) => look.all(scope()?, ty, &[child]).await,
                Source::GrandchildrenOf(ty, child, grandchild) => {
                    look.all(scope()?, ty, &[child, grandchild]).await
                }
            };
            look.judge(&of, looked, sole).await?;
        }
        Ok(())
    }
}

/// A search of Azure.
struct Look<'a, L> {
    arm: Arm,
    list: &'a L,
    finds: &'a ListResults,
    until: &'a Deadline,
}

impl<L: ArmList> Look<'_, L> {
    /// Turns an error into a warning, unless the search cannot continue after it.
    async fn judge(
        &self,
        of: &ResourceId,
        looked: Result<(), Error>,
        sole: bool,
    ) -> Result<(), Diagnostic> {
        let Err(error) = looked else {
            return Ok(());
        };
        let fault = explain(&format!("Listing the {} of {of}", L::LABEL), &error);
        if sole || ends(&error) {
            return Err(fault);
        }
        self.finds.warn(Diagnostic { severity: Severity::Warning, ..fault }).await;
        Ok(())
    }

    /// Searches all objects of a type in a scope, or their descendants of the types `below`.
    async fn all(
        &self,
        scope: ResourceId,
        ty: ArmType,
        below: &[ArmType],
    ) -> (ResourceId, Result<(), Error>) {
        let looked =
            self.children(&scope, (&format!("providers/{}", ty.name), ty.api_version), below).await;
        (scope, looked)
    }

    /// Searches the children of an object, or their descendants of the types `below`: each type is
    /// a child of the type before it.
    async fn children(
        &self,
        of: &ResourceId,
        (ty, api): (&str, &str),
        below: &[ArmType],
    ) -> Result<(), Error> {
        let mut pages = self.arm.pages(of, ty, api)?;
        while self.finds.wants_more()
            && let Some(page) = pages.next(self.until).await?
        {
            for object in &page {
                let id = id_of(object).or_else(|| unsaid(of, ty, object, page.len()));
                match (id, below.split_first()) {
                    (None, _) => self.finds.warn(nameless(object)).await,
                    (Some(id), None) => self.offer(&id, object).await,
                    (Some(id), Some((child, below))) if self.list.opens(object) => {
                        match Box::pin(self.children(&id, last(*child), below)).await {
                            Err(error) if ends(&error) => return Err(error),
                            looked => drop(self.judge(&id, looked, false).await),
                        }
                    }
                    (Some(_), Some(_)) => {}
                }
            }
        }
        Ok(())
    }

    async fn offer(&self, id: &ResourceId, object: &Json) {
        for found in self.list.take(id, object) {
            self.finds.put(found).await;
        }
    }
}

/// Returns the last segment of a type, as in the URL of a list of children, and its API version.
fn last(ty: ArmType) -> (&'static str, &'static str) {
    (ty.name.rsplit('/').next().unwrap_or(ty.name), ty.api_version)
}

/// Returns `true` if no further request can succeed after this error.
fn ends(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Timeout | ErrorKind::SignIn)
}

/// Returns the warning about an object whose ID cannot be parsed.
fn nameless(object: &Json) -> Diagnostic {
    let id = object["id"].as_str().unwrap_or_default();
    let detail = format!(
        "Azure returned the object with the ID {id:?}, which is not a resource \
                          ID. The list contains the other objects."
    );
    Diagnostic::warning("An object is missing from the list", detail)
}

#[async_trait]
impl<L: ArmList> ListResource for Listed<L> {
    type Model = L;

    fn name(&self) -> &'static str {
        L::NAME
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        L::PARENT.map_or_else(Diagnostics::new, |parent| ListScope::or(config, parent))
    }

    async fn find(
        &self,
        config: L,
        finds: &ListResults,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        Ok(self.look(&config, finds, &deadline(context)).await?)
    }
}
