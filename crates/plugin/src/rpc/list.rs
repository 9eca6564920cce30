//! Calls for `terraform query`: lists as streams of events, and configuration from a state.

use super::{Inner, Service, crash, identity, unreadable};
use crate::codec;
use crate::context::Context;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::generate::generate;
use crate::list::{AnyListResource, Item, ListResult, ListResults};
use crate::proto::tfplugin5 as wire;
use crate::schema::Schema;
use crate::timeouts::Action;
use crate::value::Value;
use futures::{StreamExt, stream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tonic::codegen::BoxStream;
use wire::list_resource::Event;

/// Time limit of a list.
const LIST: Duration = Duration::from_secs(1800);

/// Maximum number of concurrent reads, if the query includes resource objects.
const READS: usize = 8;

/// Returns an event that reports diagnostics without an object.
fn told(found: Diagnostics) -> Event {
    Event { diagnostic: found.into_wire(), ..Event::default() }
}

pub(super) fn not_generated(found: Diagnostics) -> wire::generate_resource_config::Response {
    wire::generate_resource_config::Response { config: None, diagnostics: found.into_wire() }
}

impl Inner {
    fn list(&self, name: &str) -> Result<(&Schema, &dyn AnyListResource), Diagnostics> {
        self.catalogue.list_resource(name).ok_or_else(|| super::unknown_type(name))
    }

    pub(super) fn validate_list(
        &self,
        request: &wire::validate_list_resource_config::Request,
    ) -> Diagnostics {
        let (schema, list) = match self.list(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return faults,
        };
        match codec::decode(request.config.as_ref(), &schema.block.ty()) {
            Ok(config) => list.validate(schema, &config),
            Err(fault) => unreadable("configuration", &fault),
        }
    }

    /// Finds the objects that a request asks for.
    async fn find(
        &self,
        request: &wire::list_resource::Request,
        finds: &ListResults,
    ) -> Diagnostics {
        let (schema, list) = match self.list(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return faults,
        };
        let config = match codec::decode(request.config.as_ref(), &schema.block.ty()) {
            Ok(config) => config,
            Err(fault) => return unreadable("configuration", &fault),
        };
        let stop = self.lifecycle.stop.child_token();
        let context = Context::new(stop, LIST, config.clone(), &[]);
        let mut found = list.find(schema, &config, finds, &context).await;
        found.extend(context.take_warnings());
        found
    }

    /// Returns the event for an object, or `None` if the object has been deleted meanwhile.
    async fn event(&self, name: &str, found: ListResult, whole: bool) -> Option<Event> {
        let (schema, resource) = self.resource(name).ok()?;
        let Some(identity) = identity::of_id(resource, &found.id) else {
            let summary = format!("{:?} is missing from the list", found.name);
            let detail = match resource.identity() {
                Some(_) => format!("{:?} is not an ID of {name}.", found.id),
                None => format!(
                    "Terraform lists only resources with an identity, and {name} has \
                                 none."
                ),
            };
            return Some(told(Diagnostic::warning(summary, detail).into()));
        };
        let event =
            Event { identity: Some(identity), display_name: found.name, ..Event::default() };
        if !whole {
            return Some(event);
        }
        let state = match resource.import(schema, &found.id) {
            Ok(state) => state,
            Err(faults) => return Some(without_object(event, faults)),
        };
        let mut context = self.context(resource, Action::Read, &state, Value::Null, &[]);
        context.importing = true;
        let (state, faults) = resource.read(schema, state, &context).await;
        if faults.has_errors() {
            return Some(without_object(event, faults));
        }
        (!state.is_null()).then(|| Event {
            resource_object: Some(codec::encode(&state, &schema.block.ty())),
            diagnostic: faults.into_wire(),
            ..event
        })
    }

    pub(super) fn generate(
        &self,
        request: &wire::generate_resource_config::Request,
    ) -> wire::generate_resource_config::Response {
        let generated = self.resource(&request.type_name).and_then(|(schema, resource)| {
            let ty = schema.block.ty();
            let state = codec::decode(request.state.as_ref(), &ty)
                .map_err(|fault| unreadable("state", &fault))?;
            let mut config = generate(&schema.block, &state);
            resource.adjust_generated_config(&mut config);
            Ok(codec::encode(&config, &ty))
        });
        match generated {
            Ok(config) => wire::generate_resource_config::Response {
                config: Some(config),
                diagnostics: Vec::new(),
            },
            Err(found) => not_generated(found),
        }
    }
}

/// Returns the event of an object that could not be read. Errors become warnings, because the list
/// continues.
fn without_object(event: Event, faults: Diagnostics) -> Event {
    let warning = |fault| Diagnostic { severity: Severity::Warning, path: None, ..fault };
    let warnings: Diagnostics = faults.into_iter().map(warning).collect();
    Event { diagnostic: warnings.into_wire(), ..event }
}

impl Service {
    /// Runs the list as a task, and reads the objects beside it if the query includes them. Both
    /// end when the client disconnects.
    pub(super) fn list(&self, request: wire::list_resource::Request) -> BoxStream<Event> {
        let (items, found) = mpsc::channel(READS);
        let (name, whole) = (request.type_name.clone(), request.include_resource_object);
        // A request without a limit sends zero.
        let most = usize::try_from(request.limit).ok().filter(|most| *most > 0);
        let finds = ListResults::new(items.clone(), most.unwrap_or(usize::MAX));
        let (inner, listener) = (self.inner.clone(), items.clone());
        let call = async move {
            tokio::select! {
                faults = inner.find(&request, &finds) => faults,
                () = listener.closed() => Diagnostics::new(),
            }
        };
        let service = self.clone();
        self.inner.lifecycle.work.spawn(async move {
            for fault in service.run(call, |crash| crash).await {
                let _ = items.send(Item::Told(fault)).await;
            }
        });
        let service = self.clone();
        let events = stream::unfold(found, |mut found| async {
            found.recv().await.map(|item| (item, found))
        });
        let events = events
            .map(move |item| service.clone().event(name.clone(), item, whole))
            .buffered(READS)
            .filter_map(|event| async { event.map(Ok) });
        Box::pin(events)
    }

    async fn event(self, name: String, item: Item, whole: bool) -> Option<Event> {
        let inner: Arc<Inner> = self.inner.clone();
        match item {
            Item::Told(fault) => Some(told(fault.into())),
            Item::Found(found) => {
                let call = async move { inner.event(&name, found, whole).await };
                self.run(call, |_| Some(told(crash().into()))).await
            }
        }
    }
}
