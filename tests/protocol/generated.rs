//! Configuration generated from a state is valid and plans no change.

use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Session, answered, decoded, errors, sound};
use crate::shape::Subject;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;

/// Returns the configuration that the provider generates for a state.
pub(crate) async fn generate(session: &Session, subject: &Subject, state: &Value) -> Value {
    let request = wire::generate_resource_config::Request {
        type_name: subject.name.clone(),
        state: Some(codec::encode(state, &subject.ty)),
    };
    let answer = session.calls().generate_resource_config(request).await;
    let answer = answered(&subject.name, answer);
    let found = sound(&subject.name, answer.diagnostics);
    assert!(found.is_empty(), "{}: {found:#?}", subject.name);
    decoded(&subject.name, answer.config.as_ref(), &subject.ty)
}

#[tokio::test]
async fn generated_configuration_is_valid_and_plans_no_change() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        for config in [least, most] {
            let planned = session.plan(subject, &Value::Null, config).await;
            let mut state = state_after(subject, &planned.value, Choice::Empty);
            state.set_entry("timeouts", Value::Null);
            // The computed values are samples, which Azure would not choose.
            let settable = subject.shape.attributes.iter().filter(|it| it.settable);
            for chosen in settable.filter(|it| planned.value.get(&it.name).has_unknown()) {
                state.set_entry(&chosen.name, Value::Null);
            }
            let generated = generate(&session, subject, &state).await;
            let found = session.validate(subject, &generated).await;
            assert!(errors(&found).is_empty(), "{}: {found:#?} {generated:#?}", subject.name);
            for attribute in subject.shape.attributes.iter().filter(|it| !it.settable) {
                let written = generated.get(&attribute.name);
                assert!(written.is_null(), "{}.{}", subject.name, attribute.name);
            }
            let planned = session.plan(subject, &state, &generated).await;
            assert!(planned.replace.is_empty(), "{}: {planned:#?}", subject.name);
            let differs = |name: &&String| planned.value.get(name) != state.get(name);
            let members = state.as_map().unwrap().keys();
            let changed: Vec<_> = members.filter(differs).collect();
            assert!(changed.is_empty(), "{}: {changed:?}", subject.name);
        }
    }
}
