//! Of rules that a service refuses, and of tags that it forgets.

use serde_json::json;

use super::{Story, each_is_told, flag_of, id};
use crate::pieces;

const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/airef-services";

#[test]
fn of_rules_and_tags() {
    each_is_told(&stories());
}

pub fn stories() -> Vec<Story> {
    let with = |target: &str, more: &str| pieces::with(&flag_of(target), more);
    let addresses = |target: &str| with(target, "  ip_rules = [\"203.0.113.8/30\"]\n");
    let many = "  ip_rules = [for n in range(100) : \"203.0.113.${n}\"]\n";
    let bypass = with(&id(ACCOUNT), "  bypass = [\"AzureServices\"]\n");
    let zone = pieces::with(pieces::ZONE, "  tags = { team = \"ai\" }\n");
    let small = |target, says| Story::of("AAI032", &addresses(target), "8/30", "8/31", says);
    vec![
        small("local.storage", "is too small for a storage account"),
        small(&id(ACCOUNT), "is too small for an AI services account"),
        Story::of(
            "AAI032",
            &with(&id(ACCOUNT), many),
            "100",
            "101",
            "101 addresses and ranges exceed",
        )
        .only_warns(),
        Story::in_azure(
            "AAI032",
            &bypass,
            |cloud| cloud.patch(ACCOUNT, &json!({"kind": "SpeechServices"})),
            "has the kind SpeechServices, which does not support `bypass`",
        ),
        Story::of("AAI032", &zone, "team", "\"corp:team\"", "Private DNS drops").only_warns(),
    ]
}
