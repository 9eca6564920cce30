//! Lists: what exists of a resource's type, for `terraform query`. A file in
//! [`crate::resources`] says
//! where to look and what to take; the looking is done here, page by page, and ends as soon as no
//! more is wanted.
//!
//! Nothing but lists is asked for, so a list costs a request a page, and where children are listed
//! a request for each of their parents. What cannot be listed is a warning as long as there is more
//! to look at.

use crate::client::AzureClient;
use crate::client::deadline;
use crate::config::defaults::Defaults;
use crate::engine::scope::no_subscription;
use crate::explain::explain;
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

/// The part of Azure that is looked through.
#[derive(Model, Clone, Debug)]
pub struct ListScope {
    /// GUID of the subscription to look in. Without it, that of the provider's configuration.
    #[tf(check = validators::guid())]
    subscription_id: Option<String>,
    /// Name of the resource group to look in. Without it, the whole subscription.
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

    /// Refuses to look in a part of Azure and in an object that this attribute names.
    pub fn or(config: &Value, object: &str) -> Diagnostics {
        let given = |name: &str| config.get(name).is_given();
        let both = ["subscription_id", "resource_group_name"];
        let Some(other) = both.into_iter().find(|other| given(object) && given(other)) else {
            return Diagnostics::new();
        };
        let detail = format!("`{object}` says it already: remove `{other}`, or `{object}`.");
        Diagnostic::error("Where to look is said twice", detail).at(Path::of(other)).into()
    }
}

/// ARM's name of a type, for a child the last part of it, and the API version that is spoken.
pub type Type = (&'static str, &'static str);

/// Where to look.
#[derive(Clone, Debug)]
pub enum Source {
    /// At all objects of a type.
    Type(Type),
    /// At the children of all objects of a type.
    ChildrenOf(Type, Type),
    /// At the children of those children, of all objects of a type.
    GrandchildrenOf(Type, Type, Type),
    /// At the children of an object.
    Children(ResourceId, Type),
}

/// A list of what exists of a resource's kind.
pub trait ArmList: Model {
    /// The full type name of the resource.
    const NAME: &'static str;
    /// What people call the objects.
    const LABEL: &'static str;

    /// The part of Azure that is looked through.
    fn scope(&self) -> &ListScope;

    /// Where to look.
    ///
    /// # Errors
    ///
    /// When an ID is malformed.
    fn sources(&self) -> Result<Vec<Source>, Diagnostic>;

    /// Whether to look at the children of this object.
    fn opens(&self, parent: &Json) -> bool {
        let _ = parent;
        true
    }

    /// What an object that was looked at stands for: mostly itself, if it is wanted.
    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult>;

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// The object itself, with its ID spelt as ARM spells those of the type.
pub fn itself(id: &ResourceId, ty: &str) -> Vec<ListResult> {
    let id = id.canonical(ty);
    vec![ListResult { name: id.name().to_owned(), id: id.to_string() }]
}

/// The ID of an object, or of what is in it.
pub fn id_of(object: &Json) -> Option<ResourceId> {
    ResourceId::parse(object["id"].as_str()?).ok()
}

/// The ID of a child that does not say it: by its name, or, where it is the only one and has no
/// name either, as that of the one that there may be, which ARM calls `default`.
fn unsaid(of: &ResourceId, ty: &str, object: &Json, count: usize) -> Option<ResourceId> {
    let only = object["id"].is_null() && count == 1;
    let name = object["name"].as_str().or(only.then_some("default"))?;
    (object["id"].is_null() && !ty.contains('/')).then(|| of.child(ty, name))
}

/// Whether an ID is the one that is asked for, if one is.
pub fn is(wanted: Option<&str>, id: Option<&str>) -> bool {
    let parse = |text: &str| ResourceId::parse(text).ok();
    wanted.is_none_or(|wanted| parse(wanted).is_some_and(|it| id.and_then(parse) == Some(it)))
}

/// An [`ArmList`] served to Terraform.
pub struct Listed<L> {
    azure: Arc<AzureClient>,
    list: PhantomData<fn() -> L>,
}

impl<L: ArmList> Listed<L> {
    /// Serves the list from this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, list: PhantomData }
    }

    async fn look(
        &self,
        list: &L,
        finds: &ListResults,
        until: &Deadline,
    ) -> Result<(), Diagnostic> {
        let sources = list.sources()?;
        let sole = sources.len() == 1;
        let look = Look { arm: self.azure.arm(until).await?, list, finds, until };
        let scope = || list.scope().scope(&self.azure.defaults());
        for source in sources {
            let (of, looked) = match source {
                Source::Children(of, child) => (of.clone(), look.children(&of, child, &[]).await),
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

/// A look at Azure.
struct Look<'a, L> {
    arm: Arm,
    list: &'a L,
    finds: &'a ListResults,
    until: &'a Deadline,
}

impl<L: ArmList> Look<'_, L> {
    /// Goes on with a warning after what could not be looked at, unless there is no use in that.
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

    /// Looks at all objects of a type in a scope, or at what is below them.
    async fn all(
        &self,
        scope: ResourceId,
        (ty, api): Type,
        below: &[Type],
    ) -> (ResourceId, Result<(), Error>) {
        let looked = self.children(&scope, (&format!("providers/{ty}"), api), below).await;
        (scope, looked)
    }

    /// Looks at the children of a type of an object, or at what is below them: the children of the
    /// first of these types, those of the next of each of them, and so on.
    async fn children(
        &self,
        of: &ResourceId,
        (ty, api): (&str, &str),
        below: &[Type],
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
                        match Box::pin(self.children(&id, *child, below)).await {
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

/// Whether nothing more can be looked at after an error.
fn ends(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Timeout | ErrorKind::SignIn)
}

/// That an object has no ID that could be understood.
fn nameless(object: &Json) -> Diagnostic {
    let id = object["id"].as_str().unwrap_or_default();
    let detail = format!("Azure calls it {id:?}, which is no resource ID. The list goes on.");
    Diagnostic::warning("An object is left out of the list", detail)
}

#[async_trait]
impl<L: ArmList> ListResource for Listed<L> {
    type Model = L;

    fn name(&self) -> &'static str {
        L::NAME
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        L::validate(config)
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
