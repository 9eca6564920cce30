//! Acceptance tests of another client that creates the object between the provider's read and its
//! write. Only Azure then knows whose object it is.

use crate::ownership::Interruption;
use crate::theirs::{Content, Creation, Expected, Kind, faults, keys};

/// Asserts the outcome for objects that another client creates just before the provider's request,
/// which then has a fault of its own.
fn ends_as(kind: Kind, content: Content, expected: impl Fn(&str) -> Expected) {
    let creation = Creation::of_concurrent(kind, content, &keys(kind));
    for (key, fault) in faults(kind) {
        fault.into_iter().for_each(|fault| creation.add_fault(key, fault));
    }
    creation.has_outcomes(&creation.world.apply(), &expected);
    creation.world.cloud.forget_faults();
    let again = creation.world.apply();
    let in_state: Vec<_> = creation.world.instances().into_iter().map(|(key, _)| key).collect();
    let adopted = |key: &str| in_state.contains(&kind.address(key));
    creation.has_outcomes(&again, |key| {
        if adopted(key) { Expected::EitherOverwritten } else { expected(key) }
    });
    let other_keys: Vec<_> = creation.keys.iter().filter(|key| !adopted(key)).collect();
    creation.world.destroy().destroys(in_state.len());
    for key in other_keys {
        assert!(creation.world.cloud.has(&kind.path(key)), "{kind:?} {key} is another client's");
    }
}

/// Returns the expected outcome of a request with a condition. An object that the condition
/// protects is the other client's. If the response is lost, or comes from a gateway, an equal
/// object may be the provider's.
fn with_condition(content: Content) -> impl Fn(&str) -> Expected {
    move |key| match key {
        "calm" | "retryable" | "another" | "broken" => Expected::Rejected,
        _ if content == Content::Other => Expected::Rejected,
        _ => Expected::Either,
    }
}

/// Returns the expected outcome of a request without a condition, as for endpoints: the write
/// overwrites an existing object. A response of 200 shows that the object existed. If that response
/// is lost, the object equals what was sent.
fn without_condition(content: Content) -> impl Fn(&str) -> Expected {
    move |key| match key {
        "calm" | "retryable" | "another" | "broken" => Expected::Overwritten,
        "lost" if content == Content::Other => Expected::EitherOverwritten,
        _ if content == Content::Other => Expected::Rejected,
        _ => Expected::Either,
    }
}

#[test]
fn a_concurrent_zone_with_other_tags_stays() {
    ends_as(Kind::Zone, Content::Other, with_condition(Content::Other));
}

#[test]
fn a_concurrent_identical_zone_stays() {
    ends_as(Kind::Zone, Content::Same, with_condition(Content::Same));
}

#[test]
fn a_concurrent_link_with_registration_stays() {
    ends_as(Kind::Link, Content::Other, with_condition(Content::Other));
}

#[test]
fn a_concurrent_identical_link_stays() {
    ends_as(Kind::Link, Content::Same, with_condition(Content::Same));
}

#[test]
fn a_concurrent_record_with_other_tags_stays() {
    ends_as(Kind::Record, Content::Other, with_condition(Content::Other));
}

#[test]
fn a_concurrent_identical_record_stays() {
    ends_as(Kind::Record, Content::Same, with_condition(Content::Same));
}

#[test]
fn a_concurrent_endpoint_with_other_tags_stays() {
    ends_as(Kind::Endpoint, Content::Other, without_condition(Content::Other));
}

#[test]
fn a_concurrent_identical_endpoint_stays() {
    ends_as(Kind::Endpoint, Content::Same, without_condition(Content::Same));
}

/// Asserts that nothing is adopted if Azure has accepted the request, and fails its operation
/// because the other client's object was first.
fn adopts_nothing(interruption: Interruption) {
    for (kind, content) in
        [(Kind::Zone, Content::Other), (Kind::Link, Content::Other), (Kind::Zone, Content::Same)]
    {
        // Only the URL of the operation distinguishes equal objects. A run that is alive may decide
        // before.
        if content == Content::Same && interruption != Interruption::Killed {
            continue;
        }
        let creation = Creation::of_concurrent(kind, content, &["it"]);
        let outcome = interruption.during_apply(&creation);
        assert!(creation.is_accepted("it"), "{kind:?}: it came so far");
        if interruption != Interruption::Killed {
            outcome.fails_with("Error:");
        }
        creation.is_unchanged();
        creation.is_rejected(&creation.world.apply());
        creation.world.destroy().destroys(0);
        creation.is_unchanged();
    }
}

#[test]
fn refused_polls_adopt_nothing() {
    adopts_nothing(Interruption::PollsRefused);
}

#[test]
fn a_timeout_adopts_nothing() {
    adopts_nothing(Interruption::Timeout);
}

#[test]
fn an_interrupt_adopts_nothing() {
    adopts_nothing(Interruption::CtrlC);
}

/// A journal entry proves that the run sent the request, not that Azure has created the object for
/// it.
#[test]
fn a_killed_run_adopts_nothing() {
    adopts_nothing(Interruption::Killed);
}
