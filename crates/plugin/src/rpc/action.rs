//! Calls about actions. The progress messages of an action are a stream of events, which ends with
//! its diagnostics.

use super::{Inner, Service, unreadable};
use crate::action::{AnyAction, Progress};
use crate::codec;
use crate::context::Context;
use crate::diagnostic::Diagnostics;
use crate::proto::tfplugin5 as wire;
use crate::schema::Schema;
use crate::value::Value;
use futures::{StreamExt, stream};
use tokio::sync::mpsc;
use tonic::codegen::BoxStream;
use wire::invoke_action::Event;
use wire::invoke_action::event::{Completed, Progress as Message, Type};

/// Maximum number of progress messages that wait for Terraform.
const WAITING: usize = 16;

/// Action of a call, with its configuration.
type Asked<'a> = (&'a Schema, &'a dyn AnyAction, Value);

impl Inner {
    fn asked(
        &self,
        name: &str,
        config: Option<&wire::DynamicValue>,
    ) -> Result<Asked<'_>, Diagnostics> {
        let found = self.catalogue.action(name);
        let (schema, action) = found.ok_or_else(|| super::unknown_type(name))?;
        let config = codec::decode(config, &schema.block.ty());
        let config = config.map_err(|fault| unreadable("configuration", &fault))?;
        Ok((schema, action, config))
    }

    fn about(&self, action: &dyn AnyAction, config: &Value) -> Context {
        let stop = self.lifecycle.stop.child_token();
        Context::new(stop, action.timeout(), config.clone(), &[])
    }

    pub(super) fn validate_action(
        &self,
        request: &wire::validate_action_config::Request,
    ) -> Diagnostics {
        match self.asked(&request.type_name, request.config.as_ref()) {
            Ok((schema, action, config)) => action.validate(schema, &config),
            Err(faults) => faults,
        }
    }

    pub(super) async fn plan_action(&self, request: &wire::plan_action::Request) -> Diagnostics {
        match self.asked(&request.action_type, request.config.as_ref()) {
            Ok((_, action, config)) => action.plan(&config, &self.about(action, &config)).await,
            Err(faults) => faults,
        }
    }

    async fn invoke(
        &self,
        request: &wire::invoke_action::Request,
        progress: &Progress,
    ) -> Diagnostics {
        match self.asked(&request.action_type, request.config.as_ref()) {
            Ok((schema, action, config)) => {
                let mut context = self.about(action, &config);
                action.invoke(schema, &config, progress, &mut context).await
            }
            Err(faults) => faults,
        }
    }
}

/// Returns an event. Terraform refuses an event without a type.
fn event(of: Type) -> Event {
    Event { r#type: Some(of) }
}

impl Service {
    /// Runs the action as a task, which continues if Terraform stops listening.
    pub(super) fn invoke(&self, request: wire::invoke_action::Request) -> BoxStream<Event> {
        let (messages, told) = mpsc::channel(WAITING);
        let (events, sent) = mpsc::channel(1);
        let (service, inner) = (self.clone(), self.inner.clone());
        let call = async move { inner.invoke(&request, &Progress::new(messages)).await };
        self.inner.lifecycle.work.spawn(async move {
            let diagnostics = service.run(call, |crash| crash).await.into_wire();
            let _ = events.send(event(Type::Completed(Completed { diagnostics }))).await;
        });
        // The messages end with the call. The result follows them.
        let told = received(told).map(|message| event(Type::Progress(Message { message })));
        Box::pin(told.chain(received(sent)).map(Ok))
    }
}

fn received<T: Send>(channel: mpsc::Receiver<T>) -> impl stream::Stream<Item = T> + Send {
    stream::unfold(channel, |mut channel| async { channel.recv().await.map(|it| (it, channel)) })
}
