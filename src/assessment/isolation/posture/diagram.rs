//! A posture as a Mermaid flowchart, which GitHub renders.

use super::managed_network::ManagedNetwork;
use super::mermaid::{Chart, Class, Line, Shape};
use super::paths::{Endpoint, Network, Paths, ZoneGroup, chosen};
use super::{Access, Member, Posture, Wish};
use crate::assessment::isolation::telemetry::Telemetry;
use azure::id::ResourceId;
use std::collections::BTreeMap;

/// The most resources that a diagram shows.
const MOST_RESOURCES: usize = 40;

/// The most outbound rules that a diagram shows.
const MOST_RULES: usize = 40;

/// The most destinations of telemetry that a diagram shows.
const MOST_TELEMETRY: usize = 20;

/// Returns the diagram of a posture: networks with their private endpoints, the resources that they
/// lead to, private DNS zones with their links, the managed network, and what the internet can
/// reach. Of a large posture, it shows what is wrong first and counts what it leaves out.
pub fn diagram(wish: &Wish, posture: &Posture) -> String {
    let rank = |member: &&Member| match class(member) {
        _ if member.id == wish.subject => 0,
        Class::Public => 1,
        Class::Selected | Class::Unverified => 2,
        _ => 3,
    };
    let (members, more) = chosen(posture.members.iter().collect(), MOST_RESOURCES, rank);
    let title = format!("Network isolation of {}", wish.subject.name());
    let mut drawing = Drawing {
        chart: Chart::new(&title),
        paths: Paths::of(wish, posture, &members),
        members,
        left_out: BTreeMap::new(),
    };
    drawing.leave_out(more, "resource");
    drawing.networks(posture.agents.as_ref());
    drawing.resources(&wish.subject);
    drawing.connections();
    drawing.zones();
    if let Some(network) = &posture.managed {
        drawing.managed_network(network, &wish.subject);
    }
    drawing.internet(&posture.telemetry);
    drawing.finish()
}

/// Returns the class of a resource, by who can reach it.
fn class(member: &Member) -> Class {
    match member.access.as_ref().map(|it| it.exposure) {
        _ if !member.seen => Class::Unverified,
        Some("public") => Class::Public,
        Some("selected_networks") => Class::Selected,
        Some("perimeter") => Class::Perimeter,
        Some(_) => Class::Private,
        None => Class::Plain,
    }
}

/// Returns the words for the role of a resource.
fn role(word: &str) -> String {
    match word {
        "account" => "Foundry account".to_owned(),
        "storage" => "storage account".to_owned(),
        "ai_services" => "AI services account".to_owned(),
        "search" => "search service".to_owned(),
        "cosmos_db" => "Cosmos DB account".to_owned(),
        word => word.replace('_', " "),
    }
}

struct Drawing<'a> {
    chart: Chart,
    members: Vec<&'a Member>,
    paths: Paths,
    left_out: BTreeMap<&'static str, usize>,
}

impl Drawing<'_> {
    fn leave_out(&mut self, more: usize, what: &'static str) {
        if more > 0 {
            *self.left_out.entry(what).or_default() += more;
        }
    }

    /// Draws the networks with their subnets and endpoints, then the endpoints without a subnet.
    fn networks(&mut self, agents: Option<&ResourceId>) {
        let mut subnets = 0;
        for (number, network) in (1..).zip(&self.paths.networks) {
            let Network { id, is_of_clients, subnets: within } = network;
            let (own, name) = (format!("net{number}"), id.name());
            let title = if *is_of_clients { format!("{name} (clients)") } else { name.to_owned() };
            if within.is_empty() {
                let lines = [title, "virtual network".to_owned()];
                self.chart.node(&own, Shape::Box, &lines, Class::Network);
                continue;
            }
            self.chart.open(&own, &title, Class::Network);
            for (subnet, endpoints) in within {
                subnets += 1;
                self.chart.open(&format!("subnet{subnets}"), subnet.name(), Class::Network);
                if agents == Some(subnet) {
                    self.chart.node("agents", Shape::Box, &["agents".to_owned()], Class::Plain);
                }
                for endpoint in endpoints {
                    endpoint_node(&mut self.chart, endpoint, Class::Path);
                }
                self.chart.close();
            }
            self.chart.close();
        }
        for (endpoint, class) in &self.paths.elsewhere {
            endpoint_node(&mut self.chart, endpoint, *class);
        }
        for (more, what) in self.paths.left_out {
            self.leave_out(more, what);
        }
    }

    /// Draws the resources, each with who can reach it.
    fn resources(&mut self, subject: &ResourceId) {
        let mut projects = Vec::new();
        for (number, member) in (1..).zip(&self.members) {
            let mut lines = vec![member.id.name().to_owned(), role(member.role.word)];
            match &member.access {
                _ if !member.seen => lines.push("unverified".to_owned()),
                // The lines that follow name the perimeter.
                Some(Access { exposure: "perimeter", .. }) | None => {}
                Some(access) => lines.push(access.exposure.replace('_', " ")),
            }
            let perimeters = member.access.iter().flat_map(|it| &it.perimeters);
            lines.extend(perimeters.map(|it| format!("perimeter {} ({})", it.name(), it.mode())));
            if !member.missing.is_empty() {
                lines.push(format!("no endpoint for {}", member.missing.join(", ")));
            }
            let own = format!("res{number}");
            self.chart.node(&own, Shape::Box, &lines, class(member));
            if member.role.word == "project" {
                projects.push(own);
            }
        }
        let Some(own) = self.resource(subject) else { return };
        for project in projects {
            self.chart.edge((&own, &project), Line::Dotted, "", Class::Plain);
        }
    }

    /// Returns the ID of the node of a resource, if the diagram shows it.
    fn resource(&self, id: &ResourceId) -> Option<String> {
        let place = self.members.iter().position(|member| member.id == *id)?;
        Some(format!("res{}", place + 1))
    }

    /// Draws an edge from each endpoint to each resource that it leads to.
    fn connections(&mut self) {
        let within = self.paths.networks.iter().flat_map(|it| it.subnets.values().flatten());
        let all = within.map(|it| (it, Class::Path));
        let all = all.chain(self.paths.elsewhere.iter().map(|(it, class)| (it, *class)));
        for (endpoint, class) in all {
            for target in &endpoint.targets {
                let class = if target.is_approved { class } else { Class::Broken };
                let to = format!("res{}", target.place + 1);
                self.chart.edge((&endpoint.node, &to), Line::Arrow, &target.label, class);
            }
        }
    }

    /// Draws the zones: one node for those with one state and links to the same networks.
    fn zones(&mut self) {
        for (number, group) in (1..).zip(&self.paths.zones) {
            let ZoneGroup { names, more, problem, class, networks } = group;
            let one = if names.len() == 1 { "private DNS zone" } else { "private DNS zones" };
            let mut lines = vec![one.to_owned()];
            lines.extend(names.iter().cloned());
            lines.extend((*more > 0).then(|| format!("and {more} more")));
            lines.extend(Some(problem.clone()).filter(|it| !it.is_empty()));
            let own = format!("zones{number}");
            self.chart.node(&own, Shape::Cylinder, &lines, *class);
            for network in networks {
                let to = format!("net{}", network + 1);
                self.chart.edge((&own, &to), Line::Dotted, "", Class::Zone);
            }
        }
    }

    /// Draws the managed network with its outbound rules to resources, and counts the others.
    fn managed_network(&mut self, network: &ManagedNetwork, subject: &ResourceId) {
        let rules = network.rules.iter();
        let rules: Vec<_> = rules.filter_map(|it| Some((it, it.target.as_ref()?))).collect();
        let others = network.rules.len() - rules.len();
        let (rules, more) = chosen(rules, MOST_RULES, |(rule, _)| u8::from(rule.is_active()));
        self.leave_out(more, "outbound rule");
        self.chart.open(
            "managed",
            &format!("managed network of {}", subject.name()),
            Class::Network,
        );
        let mut lines = vec![network.mode.clone(), network.status.clone()];
        lines.extend((others > 0).then(|| format!("{} to FQDNs or tags", counted(others, "rule"))));
        self.chart.node("mode", Shape::Box, &lines, Class::Plain);
        let mut edges = Vec::new();
        for (number, (rule, target)) in (1..).zip(rules) {
            let class = if rule.is_active() { Class::Path } else { Class::Broken };
            let own = format!("rule{number}");
            let text = format!("{}: {}", rule.group, rule.status);
            let mut lines = vec![rule.name.clone()];
            match self.resource(target) {
                Some(to) => {
                    lines.push("outbound rule".to_owned());
                    edges.push((own.clone(), to, text, class));
                }
                None => lines.extend([format!("to {}", target.name()), text]),
            }
            self.chart.node(&own, Shape::Stadium, &lines, class);
        }
        self.chart.close();
        for (from, to, text, class) in edges {
            self.chart.edge((&from, &to), Line::Arrow, &text, class);
        }
    }

    /// Draws telemetry, and the internet with an edge to all that it can reach.
    fn internet(&mut self, telemetry: &[Telemetry]) {
        let rank = |it: &&Telemetry| u8::from(!it.is_public());
        let (telemetry, more) = chosen(telemetry.iter().collect(), MOST_TELEMETRY, rank);
        self.leave_out(more, "destination of telemetry");
        let mut reached = Vec::new();
        for (number, member) in (1..).zip(&self.members) {
            match class(member) {
                it @ Class::Public => reached.push((format!("res{number}"), "public", it)),
                it @ Class::Selected => {
                    reached.push((format!("res{number}"), "selected networks", it));
                }
                _ => {}
            }
        }
        for (number, one) in (1..).zip(telemetry) {
            let own = format!("tel{number}");
            let (state, class) = match (one.is_public(), one.scopes.is_empty()) {
                (true, _) => ("public", Class::Selected),
                (false, true) => ("in no private link scope", Class::Broken),
                (false, false) => ("private only", Class::Private),
            };
            let lines = [one.id.name().to_owned(), format!("telemetry, {state}")];
            self.chart.node(&own, Shape::Box, &lines, class);
            let scopes = one.scopes.iter().filter_map(|scope| self.resource(&scope.id));
            for scope in scopes.collect::<Vec<_>>() {
                self.chart.edge((&scope, &own), Line::Dotted, "", Class::Plain);
            }
            if one.is_public() {
                reached.push((own, "telemetry", Class::Selected));
            }
        }
        if reached.is_empty() {
            return;
        }
        self.chart.node("internet", Shape::Circle, &["Internet".to_owned()], Class::Plain);
        for (to, text, class) in reached {
            self.chart.edge(("internet", &to), Line::Arrow, text, class);
        }
    }

    /// Returns the chart, with a node that counts what it leaves out.
    fn finish(mut self) -> String {
        self.leave_out(self.chart.edges_left_out, "edge");
        let more = self.left_out.iter().map(|(what, count)| counted(*count, what));
        let mut lines: Vec<String> = more.collect();
        if !lines.is_empty() {
            lines.insert(0, "not shown:".to_owned());
            self.chart.node("more", Shape::Box, &lines, Class::Plain);
        }
        self.chart.finish()
    }
}

fn endpoint_node(chart: &mut Chart, endpoint: &Endpoint, class: Class) {
    let what = match class {
        Class::Unverified => "private endpoint, unverified",
        Class::Broken => "private endpoint, does not exist",
        _ => "private endpoint",
    };
    let lines = [endpoint.name.clone(), what.to_owned()];
    chart.node(&endpoint.node, Shape::Stadium, &lines, class);
}

fn counted(count: usize, what: &str) -> String {
    match (count, what.strip_prefix("destination ")) {
        (1, _) => format!("1 {what}"),
        (_, Some(rest)) => format!("{count} destinations {rest}"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests;
