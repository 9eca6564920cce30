//! Checks of network rules that a service rejects, and of tags that it drops.

use serde_json::json;

use super::{CheckCase, each_is_reported, flag_of, id};
use crate::pieces;

const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/airef-services";

#[test]
fn rejected_rules_and_dropped_tags_are_reported() {
    each_is_reported(&cases());
}

pub fn cases() -> Vec<CheckCase> {
    let with = |target: &str, more: &str| pieces::with(&flag_of(target), more);
    let addresses = |target: &str| with(target, "  ip_rules = [\"203.0.113.8/30\"]\n");
    let many = "  ip_rules = [for n in range(100) : \"203.0.113.${n}\"]\n";
    let bypass = with(&id(ACCOUNT), "  bypass = [\"AzureServices\"]\n");
    let zone = pieces::with(pieces::ZONE, "  tags = { team = \"ai\" }\n");
    let small = |target, says| CheckCase::of("AAI032", &addresses(target), "8/30", "8/31", says);
    vec![
        small("local.storage", "is too small for a storage account"),
        small(&id(ACCOUNT), "is too small for an AI services account"),
        CheckCase::of(
            "AAI032",
            &with(&id(ACCOUNT), many),
            "100",
            "101",
            "101 addresses and ranges exceed",
        )
        .only_warns(),
        CheckCase::in_azure(
            "AAI032",
            &bypass,
            |cloud| cloud.patch(ACCOUNT, &json!({"kind": "SpeechServices"})),
            "has the kind SpeechServices, which does not support `bypass`",
        ),
        CheckCase::of("AAI032", &zone, "team", "\"corp:team\"", "Private DNS drops").only_warns(),
    ]
}
