//! Somebody else makes the object between our look and our write: the one moment in which only
//! Azure knows whose it is.

use crate::ownership::Trouble;
use crate::theirs::{Content, Kind, Story, Verdict, faults, keys};

/// Theirs comes just before our request, which then has a fault of its own.
fn is_judged_as(kind: Kind, content: Content, verdict: impl Fn(&str) -> Verdict) {
    let story = Story::of_theirs_to_come(kind, content, &keys(kind));
    for (key, fault) in faults(kind) {
        fault.into_iter().for_each(|fault| story.order(key, fault));
    }
    story.is_judged(&story.world.apply(), &verdict);
    story.world.cloud.forget_faults();
    let again = story.world.apply();
    let on_record: Vec<_> = story.world.instances().into_iter().map(|(key, _)| key).collect();
    let taken = |key: &str| on_record.contains(&kind.address(key));
    story.is_judged(
        &again,
        |key| if taken(key) { Verdict::EitherOverwritten } else { verdict(key) },
    );
    let not_ours: Vec<_> = story.keys.iter().filter(|key| !taken(key)).collect();
    story.world.destroy().destroys(on_record.len());
    for key in not_ours {
        assert!(story.world.cloud.has(&kind.path(key)), "{kind:?} {key} is theirs");
    }
}

/// What the condition of the request has refused, by whatever way it is told, is theirs. Where the
/// answer is lost, or a gateway gave it, what looks just like ours may be ours.
fn condition(content: Content) -> impl Fn(&str) -> Verdict {
    move |key| match key {
        "calm" | "retryable" | "another" | "broken" => Verdict::Refused,
        _ if content == Content::Other => Verdict::Refused,
        _ => Verdict::Either,
    }
}

/// An endpoint has no condition: what came before our write is written over. An answer of 200 tells
/// that it was there; where that is lost, it looks just as what we have sent.
fn no_condition(content: Content) -> impl Fn(&str) -> Verdict {
    move |key| match key {
        "calm" | "retryable" | "another" | "broken" => Verdict::Overwritten,
        "lost" if content == Content::Other => Verdict::EitherOverwritten,
        _ if content == Content::Other => Verdict::Refused,
        _ => Verdict::Either,
    }
}

#[test]
fn a_zone_with_other_tags() {
    is_judged_as(Kind::Zone, Content::Other, condition(Content::Other));
}

#[test]
fn a_zone_that_looks_just_like_ours() {
    is_judged_as(Kind::Zone, Content::Same, condition(Content::Same));
}

#[test]
fn a_link_that_registers_machines() {
    is_judged_as(Kind::Link, Content::Other, condition(Content::Other));
}

#[test]
fn a_link_that_looks_just_like_ours() {
    is_judged_as(Kind::Link, Content::Same, condition(Content::Same));
}

#[test]
fn a_record_with_other_tags() {
    is_judged_as(Kind::Record, Content::Other, condition(Content::Other));
}

#[test]
fn a_record_with_the_same_addresses() {
    is_judged_as(Kind::Record, Content::Same, condition(Content::Same));
}

#[test]
fn an_endpoint_with_other_tags() {
    is_judged_as(Kind::Endpoint, Content::Other, no_condition(Content::Other));
}

#[test]
fn an_endpoint_that_looks_just_like_ours() {
    is_judged_as(Kind::Endpoint, Content::Same, no_condition(Content::Same));
}

/// Azure has accepted the request, and fails its operation because theirs was there first.
fn is_not_taken_in(trouble: Trouble) {
    for (kind, content) in
        [(Kind::Zone, Content::Other), (Kind::Link, Content::Other), (Kind::Zone, Content::Same)]
    {
        // Only who has the operation's address can tell what looks just alike; a run that lives may
        // decide before.
        if content == Content::Same && trouble != Trouble::Killed {
            continue;
        }
        let story = Story::of_theirs_to_come(kind, content, &["it"]);
        let outcome = trouble.befalls(&story);
        assert!(story.is_accepted("it"), "{kind:?}: it came so far");
        if trouble != Trouble::Killed {
            outcome.fails_with("Error:");
        }
        story.is_left_alone();
        story.is_refused(&story.world.apply());
        story.world.destroy().destroys(0);
        story.is_left_alone();
    }
}

#[test]
fn polls_that_are_refused() {
    is_not_taken_in(Trouble::PollsRefused);
}

#[test]
fn a_time_that_is_over() {
    is_not_taken_in(Trouble::TimeOver);
}

#[test]
fn an_interrupt() {
    is_not_taken_in(Trouble::CtrlC);
}

/// A note of the run proves that it asked, not that Azure has made the object for it.
#[test]
fn a_run_that_is_killed() {
    is_not_taken_in(Trouble::Killed);
}
