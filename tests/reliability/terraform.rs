//! Terraform's core for one resource: refresh, plan, apply, and the state.

use crate::rules::{proposed, unkept};
use crate::session::{Session, answered, decoded, errors, path, sound};
use crate::shape::Subject;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;

/// An object in the state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    pub(crate) value: Value,
    private: Vec<u8>,
    pub(crate) tainted: bool,
}

impl Object {
    /// Creates an object as a state has it.
    pub(crate) fn of(value: Value) -> Self {
        Self { value, private: Vec::new(), tainted: false }
    }
}

/// The action of an apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Created,
    Updated,
    Deleted,
}

/// The result of a command: the object in the state, the actions, and the errors.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) object: Option<Object>,
    pub(crate) steps: Vec<Step>,
    pub(crate) errors: Vec<String>,
}

impl Ended {
    fn new(object: Option<Object>) -> Self {
        Self { object, steps: Vec::new(), errors: Vec::new() }
    }

    fn fails(&mut self, found: &[wire::Diagnostic]) -> bool {
        let texts = errors(found).into_iter().map(|it| format!("{}: {}", it.summary, it.detail));
        self.errors.extend(texts);
        !self.errors.is_empty()
    }
}

/// One resource and the provider that serves it.
pub(crate) struct Terraform<'s> {
    pub(crate) session: &'s Session,
    pub(crate) subject: &'s Subject,
}

impl Terraform<'_> {
    /// Refreshes an object.
    pub(crate) async fn refresh(&self, object: Option<Object>) -> Ended {
        let Some(object) = object else {
            return Ended::new(None);
        };
        let (label, ty) = (&self.subject.name, &self.subject.ty);
        let request = wire::read_resource::Request {
            type_name: label.clone(),
            current_state: Some(codec::encode(&object.value, ty)),
            private: object.private.clone(),
            ..Default::default()
        };
        let answer = answered(label, self.session.calls().read_resource(request).await);
        let value = decoded(label, answer.new_state.as_ref(), ty);
        let mut ended = Ended::new(Some(object));
        if ended.fails(&sound(label, answer.diagnostics)) {
            return ended;
        }
        let tainted = ended.object.take().is_some_and(|it| it.tainted);
        ended.object =
            (!value.is_null()).then_some(Object { value, private: answer.private, tainted });
        ended
    }

    /// Refreshes, plans, and applies. The configuration of a destroy is null.
    pub(crate) async fn apply(&self, object: Option<Object>, config: &Value) -> Ended {
        let mut ended = self.refresh(object).await;
        if !ended.errors.is_empty() || (ended.object.is_none() && config.is_null()) {
            return ended;
        }
        let prior = ended.object.as_ref().map_or(Value::Null, |it| it.value.clone());
        let private = ended.object.as_ref().map(|it| it.private.clone()).unwrap_or_default();
        let tainted = ended.object.as_ref().is_some_and(|it| it.tainted);
        let (planned, replace) = match self.plan(&mut ended, (&prior, &private), config).await {
            Some((planned, replace)) => (planned, replace || tainted),
            None => return ended,
        };
        if !config.is_null() && planned.0 == prior && !tainted {
            return ended;
        }
        if prior.is_null() || config.is_null() || !replace {
            self.change(&mut ended, &prior, planned, config).await;
            return ended;
        }
        self.change(&mut ended, &prior, (Value::Null, private), &Value::Null).await;
        if ended.errors.is_empty()
            && let Some((planned, _)) = self.plan(&mut ended, (&Value::Null, &[]), config).await
        {
            self.change(&mut ended, &Value::Null, planned, config).await;
        }
        ended
    }

    /// Returns the planned value with its private data, and `true` if the plan replaces the
    /// resource.
    async fn plan(
        &self,
        ended: &mut Ended,
        (prior, private): (&Value, &[u8]),
        config: &Value,
    ) -> Option<((Value, Vec<u8>), bool)> {
        let (label, ty) = (&self.subject.name, &self.subject.ty);
        let proposed = proposed(&self.subject.shape, prior, config);
        let request = wire::plan_resource_change::Request {
            type_name: label.clone(),
            prior_state: Some(codec::encode(prior, ty)),
            proposed_new_state: Some(codec::encode(&proposed, ty)),
            config: Some(codec::encode(config, ty)),
            prior_private: private.to_vec(),
            ..Default::default()
        };
        let answer = answered(label, self.session.calls().plan_resource_change(request).await);
        if ended.fails(&sound(label, answer.diagnostics)) {
            return None;
        }
        let planned = decoded(label, answer.planned_state.as_ref(), ty);
        let differs = |it: &wire::AttributePath| {
            let path = path(it);
            crate::rules::at(prior, &path) != crate::rules::at(&planned, &path)
        };
        let replace = answer.requires_replace.iter().any(differs);
        Some(((planned, answer.planned_private), replace))
    }

    async fn change(
        &self,
        ended: &mut Ended,
        prior: &Value,
        (planned, private): (Value, Vec<u8>),
        config: &Value,
    ) {
        let (label, ty) = (&self.subject.name, &self.subject.ty);
        let [prior_state, planned_state, encoded] =
            [prior, &planned, config].map(|it| Some(codec::encode(it, ty)));
        let request = wire::apply_resource_change::Request {
            type_name: label.clone(),
            prior_state,
            planned_state,
            config: encoded,
            planned_private: private,
            ..Default::default()
        };
        let answer = answered(label, self.session.calls().apply_resource_change(request).await);
        let value = decoded(label, answer.new_state.as_ref(), ty);
        assert!(!value.has_unknown(), "{label}: something is still unknown: {value:?}");
        let failed = ended.fails(&sound(label, answer.diagnostics));
        if !failed {
            let unkept = unkept(ty, &planned, &value);
            assert!(unkept.is_empty(), "{label}: not as planned: {unkept:#?}");
            ended.steps.push(match (prior.is_null(), planned.is_null()) {
                (true, _) => Step::Created,
                (false, true) => Step::Deleted,
                (false, false) => Step::Updated,
            });
        }
        // Terraform taints what a failed create returns, but not what a failed update returns.
        let tainted = failed && prior.is_null();
        ended.object =
            (!value.is_null()).then_some(Object { value, private: answer.private, tainted });
    }
}
