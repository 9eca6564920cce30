//! AAI033: deleted accounts, which keep their name and subdomain until Azure purges them.

use super::input::{ConfigValue, PlannedAccount};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::deleted_accounts::{DeletedAccount, deleted_accounts};
use crate::assessment::finding::Finding;
use crate::codes::Code;

/// AAI033: reports a deleted account with the name or the subdomain of the new one.
pub(super) fn soft_deleted(account: &PlannedAccount, plan: Plan<'_>, report: &mut Report) {
    let id = &account.id.value;
    let scope = id.subscription_id();
    let listed = deleted_accounts(plan.reader, &scope);
    let at = ConfigValue::new(scope, account.id.path.clone());
    let what = "The list of deleted accounts";
    let listed = report.found(listed, &at, what, &[Code::SoftDeleted]);
    for deleted in listed.into_iter().flatten() {
        // A replacement also purges the old account.
        if plan.deletes(deleted.account(id).as_str()) {
            continue;
        }
        let twin = deleted.was(id);
        if twin && !account.restores {
            let summary = format!("A deleted account {:?} is not purged", deleted.name);
            let (path, detail) = (&account.id.path, deleted.way_out());
            report.extend([Finding::at(Code::SoftDeleted, path, summary, detail)]);
        }
        let domain = account.sub_domain.as_ref().filter(|_| !twin);
        let taken = |it: &&ConfigValue<String>| it.value.eq_ignore_ascii_case(&deleted.sub_domain);
        report.extend(domain.filter(taken).map(|domain| of_domain(domain, &deleted)));
    }
}

fn of_domain(domain: &ConfigValue<String>, deleted: &DeletedAccount) -> Finding {
    let summary = format!("A deleted account has the subdomain {:?}", domain.value);
    let detail = format!(
        "The deleted account {:?} in the resource group {:?} is not purged. Choose another \
         subdomain, or purge the account:\n\n  {}",
        deleted.name,
        deleted.group,
        deleted.purge()
    );
    Finding::at(Code::SoftDeleted, &domain.path, summary, detail)
}
