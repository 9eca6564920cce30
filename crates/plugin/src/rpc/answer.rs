//! Calls about one object: decode the request, and return a response for each way in which a call
//! can end.

use super::{Inner, Service, crash, identity, unreadable};
use crate::codec;
use crate::context::{Context, TIMEOUT};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::function::FunctionError;
use crate::proto::tfplugin5 as wire;
use crate::timeouts::{Action, Timeouts};
use crate::ty::Type;
use crate::value::Value;
use crate::write_only;
use std::sync::Arc;

pub(super) fn upgrade_failed(found: Diagnostics) -> wire::upgrade_resource_state::Response {
    wire::upgrade_resource_state::Response { upgraded_state: None, diagnostics: found.into_wire() }
}

pub(super) fn no_plan(found: Diagnostics) -> wire::plan_resource_change::Response {
    wire::plan_resource_change::Response { diagnostics: found.into_wire(), ..Default::default() }
}

pub(super) fn not_imported(found: Diagnostics) -> wire::import_resource_state::Response {
    wire::import_resource_state::Response { diagnostics: found.into_wire(), ..Default::default() }
}

pub(super) fn nothing_read(found: Diagnostics) -> wire::read_data_source::Response {
    wire::read_data_source::Response { diagnostics: found.into_wire(), ..Default::default() }
}

pub(super) fn no_result(_: Diagnostics) -> wire::call_function::Response {
    let text = "the provider crashed in this function; report this as a bug".to_owned();
    failed_call(FunctionError { text, argument: None })
}

/// Returns the response to a failed read: the unchanged state and private data.
pub(super) fn unchanged(
    request: &wire::read_resource::Request,
) -> impl Fn(Diagnostics) -> wire::read_resource::Response + Send + 'static {
    let (state, private) = (request.current_state.clone(), request.private.clone());
    let identity = request.current_identity.clone();
    move |found| wire::read_resource::Response {
        new_state: state.clone(),
        new_identity: identity.clone(),
        private: private.clone(),
        diagnostics: found.into_wire(),
        ..Default::default()
    }
}

fn failed_call(fault: FunctionError) -> wire::call_function::Response {
    let error = wire::FunctionError { text: fault.text, function_argument: fault.argument };
    wire::call_function::Response { result: None, error: Some(error) }
}

impl Inner {
    pub(super) fn upgrade(
        &self,
        request: &wire::upgrade_resource_state::Request,
    ) -> wire::upgrade_resource_state::Response {
        let (name, version) = (&request.type_name, request.version);
        match self.upgraded(name, version, request.raw_state.as_ref()) {
            Ok(state) => wire::upgrade_resource_state::Response {
                upgraded_state: Some(state),
                diagnostics: Vec::new(),
            },
            Err(found) => upgrade_failed(found),
        }
    }

    /// Upgrades stored state of any version.
    pub(super) fn upgraded(
        &self,
        name: &str,
        version: i64,
        raw: Option<&wire::RawState>,
    ) -> Result<wire::DynamicValue, Diagnostics> {
        let (schema, resource) = self.resource(name)?;
        let raw = raw.map(|raw| raw.json.as_slice()).unwrap_or_default();
        let ty = schema.block.ty();
        if version == schema.version {
            let state =
                codec::from_json(raw, &ty).map_err(|fault| unreadable("stored state", &fault))?;
            return Ok(codec::encode(&write_only::kept(&schema.block, state), &ty));
        }
        let json = serde_json::from_slice(raw).map_err(|fault| {
            Diagnostic::error(
                "The stored state cannot be read",
                format!("The state is not JSON: {fault}."),
            )
        })?;
        let upgraded = resource.upgrade(version, json)?.to_string();
        let state = codec::from_json(upgraded.as_bytes(), &ty)
            .map_err(|fault| unreadable("upgraded state", &fault))?;
        Ok(codec::encode(&write_only::kept(&schema.block, state), &ty))
    }

    pub(super) async fn read(
        &self,
        request: wire::read_resource::Request,
    ) -> wire::read_resource::Response {
        let unchanged = unchanged(&request);
        let (schema, resource) = match self.resource(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return unchanged(faults),
        };
        let ty = schema.block.ty();
        let state = match codec::decode(request.current_state.as_ref(), &ty) {
            Ok(state) => state,
            Err(fault) => return unchanged(unreadable("state", &fault)),
        };
        let (private, nothing) = (&request.private, Value::Null);
        let mut context = self.context(resource, Action::Read, &state, nothing, private);
        context.importing = schema.block.is_bare(&state);
        let (state, found) = resource.read(schema, state, &context).await;
        wire::read_resource::Response {
            new_state: Some(codec::encode(&state, &ty)),
            new_identity: identity::of_state(resource, &state),
            private: context.private_bytes(),
            diagnostics: self.news(found),
            ..Default::default()
        }
    }

    pub(super) async fn plan(
        &self,
        request: wire::plan_resource_change::Request,
    ) -> wire::plan_resource_change::Response {
        let (schema, resource) = match self.resource(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return no_plan(faults),
        };
        let ty = schema.block.ty();
        let prior = codec::decode(request.prior_state.as_ref(), &ty);
        let config = codec::decode(request.config.as_ref(), &ty);
        let (prior, config) = match (prior, config) {
            (Ok(prior), Ok(config)) => (prior, config),
            (Err(fault), _) => return no_plan(unreadable("state", &fault)),
            (_, Err(fault)) => return no_plan(unreadable("configuration", &fault)),
        };
        // Reads during a plan have the timeout of a read.
        let timed = if config.is_null() { &prior } else { &config };
        let context =
            self.context(resource, Action::Read, timed, config.clone(), &request.prior_private);
        let (plan, mut found) = resource.plan(schema, &prior, &config, &context).await;
        found.extend(context.take_warnings());
        let known = if prior.is_null() { &plan.planned } else { &prior };
        wire::plan_resource_change::Response {
            planned_state: Some(codec::encode(&plan.planned, &ty)),
            planned_identity: request
                .prior_identity
                .or_else(|| identity::of_state(resource, known)),
            requires_replace: plan.replace.iter().map(|path| path.to_wire()).collect(),
            planned_private: context.private_bytes(),
            diagnostics: self.news(found),
            ..Default::default()
        }
    }

    pub(super) fn import(
        &self,
        request: &wire::import_resource_state::Request,
    ) -> wire::import_resource_state::Response {
        let imported = self.resource(&request.type_name).and_then(|(schema, resource)| {
            let state = resource.import(schema, &identity::import_id(resource, request)?)?;
            let identity = identity::of_state(resource, &state);
            Ok((codec::encode(&state, &schema.block.ty()), identity))
        });
        match imported {
            Ok((state, identity)) => wire::import_resource_state::Response {
                imported_resources: vec![wire::import_resource_state::ImportedResource {
                    type_name: request.type_name.clone(),
                    state: Some(state),
                    identity,
                    ..Default::default()
                }],
                ..Default::default()
            },
            Err(found) => not_imported(found),
        }
    }

    pub(super) async fn read_data_source(
        &self,
        request: &wire::read_data_source::Request,
    ) -> wire::read_data_source::Response {
        let (schema, data_source) = match self.data_source(&request.type_name) {
            Ok(found) => found,
            Err(faults) => return nothing_read(faults),
        };
        let ty = schema.block.ty();
        let config = match codec::decode(request.config.as_ref(), &ty) {
            Ok(config) => config,
            Err(fault) => return nothing_read(unreadable("configuration", &fault)),
        };
        let timeout = match data_source.timeout() {
            Some(read) => Timeouts::reading(read).of(Action::Read, &config),
            None => TIMEOUT,
        };
        let stop = self.lifecycle.stop.child_token();
        let context = Context::new(stop, timeout, config.clone(), &[]);
        let (state, found) = data_source.read(schema, config, &context).await;
        wire::read_data_source::Response {
            state: Some(codec::encode(&state, &ty)),
            diagnostics: found.into_wire(),
            ..Default::default()
        }
    }

    pub(super) fn call(
        &self,
        request: &wire::call_function::Request,
    ) -> wire::call_function::Response {
        match self.called(request) {
            Ok(result) => wire::call_function::Response { result: Some(result), error: None },
            Err(fault) => failed_call(fault),
        }
    }

    fn called(
        &self,
        request: &wire::call_function::Request,
    ) -> Result<wire::DynamicValue, FunctionError> {
        let function = self.catalogue.function(&request.name).ok_or_else(|| FunctionError {
            text: format!("the provider has no function {}", request.name),
            argument: None,
        })?;
        let signature = function.signature();
        let decode = |(index, (argument, parameter)): (i64, (&_, &crate::function::Parameter))| {
            codec::decode(Some(argument), &parameter.ty)
                .map_err(|fault| FunctionError::argument(index, fault.to_string()))
        };
        // Extra arguments of a call belong to the last parameter.
        let repeated = signature.variadic.iter().cycle();
        let pairs = request.arguments.iter().zip(signature.parameters.iter().chain(repeated));
        let arguments = (0..).zip(pairs).map(decode).collect::<Result<Vec<_>, _>>()?;
        let result = function.call(&arguments)?;
        Ok(encode_result(&result, &signature.returns))
    }
}

fn encode_result(result: &Value, ty: &Type) -> wire::DynamicValue {
    codec::encode(result, ty)
}

/// Decoded request of an apply.
struct Wish {
    ty: Type,
    prior: Value,
    planned: Value,
    context: Arc<Context>,
}

impl Service {
    pub(super) async fn apply(
        &self,
        request: wire::apply_resource_change::Request,
    ) -> wire::apply_resource_change::Response {
        let kept = wire::apply_resource_change::Response {
            new_state: request.prior_state.clone(),
            new_identity: request.planned_identity.clone(),
            private: request.planned_private.clone(),
            ..Default::default()
        };
        let Wish { ty, prior, planned, context } = match self.inner.wish(&request) {
            Ok(wish) => wish,
            Err(found) => {
                return wire::apply_resource_change::Response {
                    diagnostics: found.into_wire(),
                    ..kept
                };
            }
        };
        let (inner, shared) = (self.inner.clone(), context.clone());
        let (before, wanted, name) = (prior.clone(), planned.clone(), request.type_name.clone());
        let call = async move {
            match inner.resource(&name) {
                Ok((schema, resource)) => resource.apply(schema, prior, planned, &shared).await,
                Err(faults) => (prior, faults),
            }
        };
        let (state, found) = match self.inner.lifecycle.work.spawn(call).await {
            Ok(done) => done,
            Err(fault) => {
                tracing::error!(%fault, "a call panicked");
                (after_crash(before, wanted, &context), crash().into())
            }
        };
        if !state.is_null() {
            context.answered();
        }
        let resource = self.inner.resource(&request.type_name).ok();
        wire::apply_resource_change::Response {
            new_state: Some(codec::encode(&state, &ty)),
            new_identity: resource.and_then(|(_, it)| identity::of_state(it, &state)),
            private: context.private_bytes(),
            diagnostics: found.into_wire(),
            ..Default::default()
        }
    }
}

/// Returns the best known state after a panic: the accepted state, or the prior one.
fn after_crash(prior: Value, planned: Value, context: &Context) -> Value {
    let Some(accepted) = context.take_accepted() else {
        return prior;
    };
    let Value::Map(mut state) = planned.without_unknown() else {
        return prior;
    };
    for (name, value) in accepted.as_map().into_iter().flatten() {
        let missing = state.get(name).is_none_or(Value::is_null);
        if missing {
            state.insert(name.clone(), value.clone().without_unknown());
        }
    }
    Value::Map(state)
}

impl Inner {
    fn wish(&self, request: &wire::apply_resource_change::Request) -> Result<Wish, Diagnostics> {
        let (schema, resource) = self.resource(&request.type_name)?;
        let ty = schema.block.ty();
        let read = |what, value: &Option<wire::DynamicValue>| {
            codec::decode(value.as_ref(), &ty).map_err(|fault| unreadable(what, &fault))
        };
        let prior = read("state", &request.prior_state)?;
        let planned = read("plan", &request.planned_state)?;
        let config = read("configuration", &request.config)?;
        let (action, timed) = match (&prior, &planned) {
            (_, Value::Null) => (Action::Delete, &prior),
            (Value::Null, _) => (Action::Create, &planned),
            _ => (Action::Update, &planned),
        };
        let context = self.context(resource, action, timed, config, &request.planned_private);
        Ok(Wish { context: Arc::new(context), ty, prior, planned })
    }
}
