//! azurerm's blocks that have no effect here: `features`, which azurerm requires, and
//! `enhanced_validation`.
//!
//! Terraform rejects blocks that a schema does not declare. This module declares everything in the
//! blocks of azurerm 4 and 5, so a provider block can be copied unchanged.

use plugin::field::Mismatch;
use plugin::prelude::*;
use plugin::schema::{Attribute, Facts, Member, Nested, Nesting, Presence};

/// Schema of the `features` block. Its values are not kept.
pub(super) struct Features;

/// Schema of `enhanced_validation`, a block of the provider in azurerm 4 and of `features` in
/// azurerm 5.
pub(super) struct EnhancedValidation;

const ENHANCED_VALIDATION: (&str, &[&str]) = (
    "enhanced_validation",
    &["location_fallback", "locations", "preflight_enabled", "resource_providers"],
);

const WITHOUT_EFFECT: &str = "Accepted for compatibility with azurerm. Has no effect.";

/// azurerm's blocks in `features`, and the attributes of each.
const BLOCKS: &[(&str, &[&str])] = &[
    ("api_management", &["purge_soft_delete_on_destroy", "recover_soft_deleted"]),
    ("app_configuration", &["purge_soft_delete_on_destroy", "recover_soft_deleted"]),
    ("application_insights", &["disable_generated_rule"]),
    ("cognitive_account", &["purge_soft_delete_on_destroy"]),
    ("databricks_workspace", &["force_delete"]),
    ENHANCED_VALIDATION,
    (
        "key_vault",
        &[
            "purge_soft_delete_on_destroy",
            "purge_soft_deleted_certificates_on_destroy",
            "purge_soft_deleted_hardware_security_module_keys_on_destroy",
            "purge_soft_deleted_hardware_security_modules_on_destroy",
            "purge_soft_deleted_keys_on_destroy",
            "purge_soft_deleted_secrets_on_destroy",
            "recover_soft_deleted_certificates",
            "recover_soft_deleted_hardware_security_module_keys",
            "recover_soft_deleted_key_vaults",
            "recover_soft_deleted_keys",
            "recover_soft_deleted_secrets",
        ],
    ),
    ("log_analytics_workspace", &["permanently_delete_on_destroy"]),
    ("machine_learning", &["purge_soft_deleted_workspace_on_destroy"]),
    ("managed_disk", &["expand_without_downtime"]),
    ("netapp", &["delete_backups_on_backup_vault_destroy", "prevent_volume_destruction"]),
    ("postgresql_flexible_server", &["restart_server_on_configuration_value_change"]),
    (
        "recovery_service",
        &[
            "purge_protected_items_from_vault_on_destroy",
            "vm_backup_stop_protection_and_retain_data_on_destroy",
            "vm_backup_suspend_protection_and_retain_data_on_destroy",
            "vm_workload_sap_ase_database_backup_stop_protection_and_retain_data_on_destroy",
        ],
    ),
    ("recovery_services_vault", &["recover_soft_deleted_backup_protected_vm"]),
    ("recovery_services_vaults", &["recover_soft_deleted_backup_protected_vm"]),
    ("resource_group", &["prevent_deletion_if_contains_resources"]),
    ("storage", &["data_plane_available"]),
    ("subscription", &["prevent_cancellation_on_destroy"]),
    ("template_deployment", &["delete_nested_items_during_deletion"]),
    (
        "virtual_machine",
        &[
            "delete_os_disk_on_deletion",
            "detach_implicit_data_disk_on_deletion",
            "graceful_shutdown",
            "skip_shutdown_and_force_delete",
        ],
    ),
    (
        "virtual_machine_scale_set",
        &[
            "force_delete",
            "reimage_on_manual_upgrade",
            "roll_instances_when_required",
            "scale_to_zero_before_deletion",
        ],
    ),
];

impl Model for Features {
    fn block() -> Block {
        let mut features = Block::new(WITHOUT_EFFECT);
        for (name, switches) in BLOCKS {
            let block = of_switches(switches);
            let facts = Facts { max: 1, ..Facts::new(name, WITHOUT_EFFECT) };
            features.push(Member::Block(Nested { facts, nesting: Nesting::List, block }));
        }
        features
    }

    fn decode(_value: Value) -> Result<Self, Mismatch> {
        Ok(Self)
    }

    fn encode(&self) -> Value {
        Self::block().empty()
    }
}

impl Model for EnhancedValidation {
    fn block() -> Block {
        of_switches(ENHANCED_VALIDATION.1)
    }

    fn decode(_value: Value) -> Result<Self, Mismatch> {
        Ok(Self)
    }

    fn encode(&self) -> Value {
        Self::block().empty()
    }
}

fn of_switches(names: &[&'static str]) -> Block {
    let mut block = Block::new(WITHOUT_EFFECT);
    names.iter().for_each(|name| block.push(switch(name)));
    block
}

fn switch(name: &'static str) -> Member {
    let text = name == "location_fallback";
    let ty = if text { Type::String } else { Type::Bool };
    let facts = Facts::new(name, WITHOUT_EFFECT);
    Member::Attribute(Attribute::new(facts, ty, Presence::Optional))
}

/// Returns a warning for each block in a configuration that has no effect.
pub(super) fn warnings(config: &Value) -> impl Iterator<Item = Diagnostic> {
    let there = |name: &&str| config.get(name).as_list().is_some_and(|blocks| !blocks.is_empty());
    let detail = "Only azurerm uses this block; this provider ignores it. Remove the block.";
    let warning = move |name| {
        Diagnostic::warning(format!("`{name}` has no effect"), detail).at(Path::of(name))
    };
    ["features", ENHANCED_VALIDATION.0].into_iter().filter(there).map(warning)
}
