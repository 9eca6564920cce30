//! A posture in Markdown, for the comment of a pull request.

use super::{Access, Member, MemberConnection, Posture};
use crate::assessment::finding::Finding;
use crate::assessment::isolation::dns::Status;
use crate::assessment::isolation::remediation;
use crate::assessment::isolation::telemetry::Telemetry;
use crate::codes::Level;
use azure::id::ResourceId;
use std::fmt::Write as _;

/// Returns the summary of the posture of a workspace or Foundry account.
pub fn summary(subject: &ResourceId, posture: &Posture) -> String {
    let verdict = match (posture.is_compliant(), posture.findings.len()) {
        (true, 0) => "isolated".to_owned(),
        (true, count) => format!("isolated, with {}", counted(count, "warning")),
        (false, count) => format!("not isolated: {}", counted(count, "finding")),
    };
    let mark = if posture.is_compliant() { "✅" } else { "❌" };
    let mut text = format!("### {mark} `{}` is {verdict}\n\n", subject.name());
    text.push_str(
        "| resource | role | public access | default action | exposure | private endpoints |\n",
    );
    text.push_str("|---|---|---|---|---|---|\n");
    posture.members.iter().for_each(|member| text.push_str(&row(member)));
    text.push_str(&telemetry(&posture.telemetry));
    text.push_str(&names(posture));
    if !posture.findings.is_empty() {
        text.push_str("\n#### Findings\n");
        posture.findings.iter().for_each(|finding| text.push_str(&item(finding)));
    }
    text
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn row(member: &Member) -> String {
    let cell = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let access = member.access.as_ref();
    let endpoints =
        member.connections.iter().map(|MemberConnection { connection, groups, .. }| {
            let name = connection.endpoint.as_ref().map_or("?", ResourceId::name);
            format!("{name} ({}: {})", groups.join(", "), connection.status)
        });
    let endpoints = endpoints.collect::<Vec<_>>().join("<br>");
    format!(
        "| `{}` | {} | {} | {} | {} | {} |\n",
        member.id.name(),
        member.role.word,
        cell(access.map(|it| it.flag.as_str())),
        cell(access.and_then(|it| it.default_action.as_deref())),
        cell(access.map(exposure).as_deref()),
        cell(Some(endpoints.as_str()).filter(|it| !it.is_empty())),
    )
}

/// Returns who can reach a resource, with the perimeters that it is in.
fn exposure(access: &Access) -> String {
    let shown = access.perimeters.iter().map(|it| format!("{} ({})", it.name(), it.mode()));
    [access.exposure.to_owned()].into_iter().chain(shown).collect::<Vec<_>>().join("<br>")
}

fn telemetry(all: &[Telemetry]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut text =
        "\n| telemetry | public ingestion | public query | private link scopes |\n".to_owned();
    text.push_str("|---|---|---|---|\n");
    for Telemetry { id, ingestion, query, scopes } in all {
        let mode = |mode: &Option<String>| mode.clone().unwrap_or_else(|| "?".to_owned());
        let scope = scopes.iter().map(|it| {
            let modes = format!("ingestion {}, query {}", mode(&it.ingestion), mode(&it.query));
            format!("{} ({modes})", it.id.name())
        });
        let scopes = match scopes.is_empty() {
            true => "-".to_owned(),
            false => scope.collect::<Vec<_>>().join("<br>"),
        };
        let _ = writeln!(text, "| `{}` | {ingestion} | {query} | {scopes} |", id.name());
    }
    text
}

fn names(posture: &Posture) -> String {
    let all = posture.names.len();
    let proven = posture.names.iter().filter(|it| it.status == Status::Proven).count();
    match (all, all == proven) {
        (0, _) => "\nNo name resolves to a private endpoint.\n".to_owned(),
        (1, true) => "\nThe only name resolves to its private endpoint.\n".to_owned(),
        (_, true) => {
            format!("\nAll {} resolve to their private endpoints.\n", counted(all, "name"))
        }
        _ => {
            format!("\n{proven} of {} resolve to their private endpoints.\n", counted(all, "name"))
        }
    }
}

fn item(finding: &Finding) -> String {
    let rule = finding.code.rule();
    let mark = if finding.level() == Level::Enforce { "❌" } else { "⚠️" };
    let fix = remediation::folded(&finding.hcl());
    format!("\n- {mark} **{}** {}{fix}\n", rule.name, finding.message.replace('\n', " "))
}
