//! Unknown and null values anywhere: validation does not judge an unknown value, and the plan keeps
//! it unknown.

use crate::failing;
use crate::places;
use crate::rules::{broken, lost, unkept};
use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Planned, Session, errors};
use crate::shape::Subject;
use crate::world::World;
use plugin::path::Path;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;

#[tokio::test]
async fn unknown_values_are_not_validated() {
    let session = Session::start().await;
    let mut faults = Vec::new();
    for Samples { subject, least, most, .. } in samples::all().await {
        let changed = [least, most].map(|config| places::unknown(&subject.shape, config));
        for changed in changed.into_iter().flatten() {
            let found = session.validate(subject, &changed.value).await;
            let (label, path) = (subject.label(), changed.path);
            faults.extend(
                errors(&found)
                    .into_iter()
                    .map(|it| format!("{label}: {path} unknown: {}: {}", it.summary, it.detail)),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn validation_never_crashes() {
    let session = Session::start().await;
    for Samples { subject, full, .. } in samples::all().await {
        let unknown = places::unknown(&subject.shape, full);
        for changed in unknown.into_iter().chain(places::null(&subject.shape, full)) {
            session.validate(subject, &changed.value).await;
        }
    }
}

#[tokio::test]
async fn configuring_the_provider_never_crashes() {
    let session = Session::start().await;
    let Samples { subject, most, full, .. } = &samples::all().await[0];
    for config in [most, full] {
        let unknown = places::unknown(&subject.shape, config);
        for changed in unknown.into_iter().chain(places::null(&subject.shape, config)) {
            session.configure(subject, &changed.value).await;
        }
    }
}

/// Asserts that a plan without errors keeps the rules of Terraform's core.
fn judge(subject: &Subject, what: &str, prior: &Value, config: &Value, planned: &Planned) {
    assert_eq!(planned.private, br#"{"kept":"here"}"#, "{}: private data", subject.name);
    if !errors(&planned.found).is_empty() {
        return;
    }
    let mut faults = broken(&subject.shape, prior, config, &planned.value);
    faults.extend(lost(&planned.replace, prior, &planned.value));
    assert!(faults.is_empty(), "{}: {what}:\n{}", subject.name, faults.join("\n"));
}

#[tokio::test]
async fn a_create_plan_keeps_the_rules_for_unknown_and_null_values() {
    let session = Session::start().await;
    let prior = Value::Null;
    for samples in samples::resources().await {
        let subject = &samples.subject;
        for (size, config) in samples.all() {
            let planned = session.plan(subject, &prior, config).await;
            judge(subject, size, &prior, config, &planned);
            let unknown = places::unknown(&subject.shape, config);
            for changed in unknown.into_iter().chain(places::null(&subject.shape, config)) {
                let planned = session.plan(subject, &prior, &changed.value).await;
                let what = format!("{size} with another {}", changed.path);
                judge(subject, &what, &prior, &changed.value, &planned);
            }
        }
    }
}

#[tokio::test]
async fn an_update_plan_keeps_the_rules_for_unknown_and_null_values() {
    let session = Session::start().await;
    for samples in samples::resources().await {
        let subject = &samples.subject;
        for (size, config) in samples.all() {
            let made = session.plan(subject, &Value::Null, config).await;
            let prior = state_after(subject, &made.value, Choice::Filled);
            let unknown = places::unknown(&subject.shape, config);
            for changed in unknown.into_iter().chain(places::null(&subject.shape, config)) {
                let planned = session.plan(subject, &prior, &changed.value).await;
                let what = format!("{size} with another {}", changed.path);
                judge(subject, &what, &prior, &changed.value, &planned);
            }
        }
    }
}

/// Unknown values in the provider's configuration fail no plan, and the plan still holds once they
/// are known.
#[tokio::test]
async fn unknown_provider_arguments_break_no_plan() {
    let world = World::new().await;
    let session = &world.session;
    let Samples { subject, most, .. } = &samples::all().await[0];
    // The environment says how to sign in to this Azure.
    let mut config = subject.shape.empty();
    for name in OPTIONS {
        config.set_entry(name, most.get(name).clone());
    }
    let (mut unknown, null) =
        (places::unknown(&subject.shape, &config), places::null(&subject.shape, &config));
    // The last has everything unknown, including the credentials.
    unknown.pop();
    let mut faults = Vec::new();
    for changed in unknown.into_iter().chain(null) {
        if !errors(&session.validate(subject, &changed.value).await).is_empty() {
            continue;
        }
        let mut promised = Vec::new();
        let mut found = session.configure(subject, &changed.value).await;
        for Samples { subject, least, .. } in samples::resources().await {
            let planned = session.plan(subject, &Value::Null, least).await;
            found.extend(planned.found);
            promised.push(planned.value);
        }
        faults.extend(wrong(&found).map(|it| format!("{}: {it}", changed.path)));
        if !changed.value.has_unknown() {
            continue;
        }
        session.configure(subject, &config).await;
        for (Samples { subject, least, .. }, promised) in samples::resources().await.zip(promised) {
            let later = session.plan(subject, &Value::Null, least).await.value;
            let broken = unkept(&subject.ty, &promised, &later).into_iter();
            faults.extend(broken.map(|it| format!("{}: {}: {it}", changed.path, subject.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the errors about a failed read.
fn wrong(found: &[wire::Diagnostic]) -> impl Iterator<Item = String> {
    let words = ["is not valid", "cannot be read", "crashed"];
    let wrong = errors(found).into_iter().map(|it| format!("{}: {}", it.summary, it.detail));
    wrong.filter(move |it| words.iter().any(|words| it.contains(words)))
}

/// Arguments that are not about signing in.
const OPTIONS: [&str; 12] = [
    "subscription_id",
    "on_destroy",
    "read_only",
    "checks",
    "check_overrides",
    "rbac_propagation_timeout",
    "max_concurrent_requests",
    "default_tags",
    "ignore_tags",
    "resource_providers_to_register",
    "partner_id",
    "disable_correlation_request_id",
];

/// Attributes that a create needs and an import does not.
const NEEDED_TO_CREATE: [(&str, &str); 1] = [("azureai_foundry_connection", "credentials")];

/// An unknown value, or an allowed null, fails no plan, and an allowed null fails no apply.
#[tokio::test]
async fn unknown_and_null_values_fail_no_plan() {
    let session = Session::start().await;
    let mut faults = Vec::new();
    for Samples { subject, most, .. } in samples::resources().await {
        let unknown = places::unknown(&subject.shape, most);
        for changed in unknown.into_iter().chain(places::null(&subject.shape, most)) {
            let invalid = !errors(&session.validate(subject, &changed.value).await).is_empty();
            let needed = |(resource, attribute)| {
                subject.name == resource && changed.path == Path::of(attribute)
            };
            if NEEDED_TO_CREATE.into_iter().any(needed) {
                continue;
            }
            // Terraform rejects a null required attribute itself.
            if invalid || subject.shape.requires(&changed.path) && !changed.value.has_unknown() {
                continue;
            }
            let planned = session.plan(subject, &Value::Null, &changed.value).await;
            let mut found = planned.found;
            if !changed.value.has_unknown() {
                let values = [&Value::Null, &planned.value, &changed.value];
                found.extend(failing::apply(&session, subject, values).await.1);
            }
            // The apply fails at the sign-in, which is late enough.
            let wrong =
                errors(&found).into_iter().filter(|it| !it.summary.contains("is not configured"));
            faults.extend(wrong.map(|it| {
                format!("{}: {}: {}: {}", subject.name, changed.path, it.summary, it.detail)
            }));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
