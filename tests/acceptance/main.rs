//! Acceptance tests with the real Terraform, the real provider, and an Azure in memory.
//!
//! Every test has its own [`world::World`]: an emulator, a folder, and an environment. A test that
//! fails prints the command, the configuration, Terraform's output, the provider's log, and the
//! requests that reached the emulator.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::wrong_self_convention,
    reason = "a test fails by panicking, reads like prose, and nothing uses it as a library"
)]

mod address_records;
mod adoptions;
mod approvals;
mod attributes;
mod azurerm_words;
mod azurerm_words_endpoints;
mod azurerm_words_groups;
mod azurerm_words_modules;
mod azurerm_words_more;
mod azurerm_words_names;
mod azurerm_words_older;
mod bad_input;
mod basics;
#[cfg(target_os = "linux")]
mod blows;
mod cases;
mod catalogue;
mod checks;
#[allow(dead_code, reason = "shared with the tests of reliability")]
mod cloud;
mod connection_ids;
mod credentials;
mod data_sources;
mod data_sources_lists;
mod diagrams;
mod dns_checks;
mod dns_proofs;
mod dns_records;
mod dns_servers;
mod drift;
mod endings;
mod ends_of_objects;
#[path = "../support/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;
mod examples;
mod failures;
mod first_plans;
mod flags_of_others;
mod foreign;
mod foundry;
mod foundry_agents;
mod foundry_connections;
mod foundry_hosts;
mod foundry_moves;
mod foundry_refusals;
mod foundry_views;
mod foundry_whole;
mod functions;
mod gates;
mod group_names;
mod group_records;
mod guards;
mod guards_foundry;
mod guides;
mod handovers;
mod imports;
mod interrupts;
mod journal_folder;
mod late_records;
mod late_values;
mod logs;
mod lost_updates;
mod managed_connections;
mod managed_networks;
mod managed_networks_newer;
mod managed_whole;
mod memberships;
#[path = "../support/mermaid.rs"]
mod mermaid;
mod mocks;
mod modules;
mod monitor_scopes;
mod moves;
mod newer_actions;
mod newer_queries;
mod newer_terraform;
mod next_steps;
mod nulls;
mod numbers;
mod outbound_rule_moves;
mod outbound_rules;
mod outbound_rules_more;
mod outcome;
mod own_objects;
mod ownership;
mod perimeter_issues;
mod perimeters;
mod pieces;
mod postures;
mod postures_foundry;
mod postures_foundry_more;
mod postures_networks;
mod process;
mod races;
mod readme;
mod recorded;
mod recorded_connections;
mod recorded_workspaces;
mod records;
mod refusals;
mod remote_states;
mod resumptions;
mod rewrites;
mod sameness;
mod scenarios;
mod shared_private_links;
mod shared_records;
mod state_that_lies;
mod subnet_policies;
mod tags;
mod theirs;
mod true_races;
mod unknowns;
mod whole_job;
mod workflow;
mod workspaces;
mod world;
mod zone_group_modes;
