//! Where everything stands: zones, networks, targets and the internet in four columns, so that
//! lines lead from a column to the next one only.

use std::collections::BTreeMap;

use super::canvas::{Canvas, Place};
use super::exposure::Exposure;
use super::scene::{
    Connection, Endpoint, LinkState, Managed, Network, Scene, Subnet, Target, Zone,
};

/// A column: where it begins, and how wide it is.
type Column = (i32, i32);

const ZONES: Column = (1, 298);
const NETWORKS: Column = (367, 300);
const TARGETS: Column = (757, 292);
const INTERNET: Column = (1121, 98);

/// The width of the picture.
pub(super) const WIDTH: i32 = INTERNET.0 + INTERNET.1 + 1;

const TOP: i32 = 32;
const GAP: i32 = 12;
const LINE: i32 = 16;
const PAD: i32 = 10;

/// The most of each that is drawn.
const MOST: usize = 40;

/// A picture that is laid out.
pub(super) struct Layout {
    pub(super) canvas: Canvas,
    pub(super) height: i32,
    /// The parts that are left out: how many, and of which kind.
    pub(super) omitted: Vec<(usize, &'static str)>,
}

/// A line that leads to a target once the targets have places.
struct Pending<'a> {
    from: (i32, i32),
    endpoint: &'a str,
    connection: &'a Connection,
}

/// The state of the drawing, column by column.
pub(super) struct Pen<'a> {
    canvas: Canvas,
    /// How far down the longest column reaches.
    bottom: i32,
    /// Where lines reach a network or a target, by ID.
    ports: BTreeMap<&'a str, Place>,
    pending: Vec<Pending<'a>>,
    omitted: Vec<(usize, &'static str)>,
    /// How many endpoints and rules are drawn, and how many rules share a line.
    endpoints: usize,
    shared: usize,
    subnets: usize,
}

/// Lays a scene out.
pub(super) fn lay_out(scene: &Scene) -> Layout {
    let mut pen = Pen {
        canvas: Canvas::default(),
        bottom: TOP,
        ports: BTreeMap::new(),
        pending: Vec::new(),
        omitted: Vec::new(),
        endpoints: 0,
        shared: 0,
        subnets: 0,
    };
    pen.networks(scene);
    pen.targets(&scene.targets);
    pen.zones(&scene.zones);
    pen.omitted.retain(|(count, _)| *count > 0);
    Layout { canvas: pen.canvas, height: pen.bottom + 2, omitted: pen.omitted }
}

/// Returns the class of a connection's line.
fn status_class(status: &str) -> &'static str {
    match status.to_ascii_lowercase().as_str() {
        "approved" | "active" => "edge good",
        "pending" | "provisioning" | "inactive" | "" => "edge warn dashed",
        _ => "edge bad dashed",
    }
}

impl<'a> Pen<'a> {
    fn head(&mut self, column: Column, title: &str, is_empty: bool) {
        self.canvas.add_text("head", (column.0, 16), column.1, title);
        if is_empty {
            self.canvas.add_text("note", (column.0, TOP + 12), column.1, "None");
            self.reach(TOP + 20);
        }
    }

    fn reach(&mut self, y: i32) {
        self.bottom = self.bottom.max(y);
    }

    fn networks(&mut self, scene: &'a Scene) {
        let (networks, managed) = (&scene.networks, &scene.managed);
        self.head(NETWORKS, "Networks and private endpoints", networks.len() + managed.len() == 0);
        let mut y = TOP;
        for network in networks.iter().take(MOST) {
            y = self.network(network, y) + GAP;
        }
        for one in managed.iter().take(MOST) {
            y = self.managed(one, y) + GAP;
        }
        self.reach(y - GAP);
        let subnets: usize = networks.iter().map(|it| it.subnets.len()).sum();
        let rules: usize = managed.iter().map(|it| it.rules.len()).sum();
        self.omitted.extend([
            (networks.len().saturating_sub(MOST), "virtual networks"),
            (managed.len().saturating_sub(MOST), "managed networks"),
            (subnets.saturating_sub(self.subnets), "subnets"),
            (
                (scene.endpoints() + rules).saturating_sub(self.endpoints + self.shared),
                "private endpoints and outbound rules",
            ),
        ]);
    }

    /// Draws a network with its subnets; returns where it ends.
    fn network(&mut self, network: &'a Network, top: i32) -> i32 {
        let (x, width) = NETWORKS;
        let mut y = top + 28;
        let place = Place { x, y: top, width, height: 36 };
        self.ports.insert(&network.key, place);
        let index = self.canvas.reserve("net", place);
        self.canvas.add_text("name", (x + PAD, top + 19), width - 2 * PAD, &network.name);
        // Subnets with something in them come first.
        let mut subnets: Vec<&Subnet> = network.subnets.iter().collect();
        subnets.sort_by_key(|it| it.endpoints.is_empty());
        for subnet in subnets {
            if self.subnets == MOST {
                break;
            }
            self.subnets += 1;
            y = self.subnet(subnet, y) + 8;
        }
        self.canvas.stretch(index, y - top);
        y
    }

    fn subnet(&mut self, subnet: &'a Subnet, top: i32) -> i32 {
        let (x, width) = (NETWORKS.0 + 8, NETWORKS.1 - 16);
        let index = self.canvas.reserve("subnet", Place { x, y: top, width, height: 0 });
        let text = format!("{}  {}", subnet.name, subnet.prefix);
        self.canvas.add_text("note strong", (x + PAD, top + 17), width - 2 * PAD, &text);
        let mut y = top + 26;
        for note in subnet.notes.iter().take(MOST) {
            self.canvas.add_text("note", (x + PAD, y + 6), width - 2 * PAD, note);
            y += LINE;
        }
        for endpoint in &subnet.endpoints {
            y = self.endpoint(endpoint, y);
        }
        self.canvas.stretch(index, y - top);
        y
    }

    /// Draws an endpoint or an outbound rule; returns where the next one begins.
    fn endpoint(&mut self, endpoint: &'a Endpoint, top: i32) -> i32 {
        if self.endpoints >= MOST {
            return top;
        }
        self.endpoints += 1;
        let (x, width) = (NETWORKS.0 + 16, NETWORKS.1 - 32);
        let lines = endpoint.connections.len().max(1);
        let height = 26 + LINE * i32::try_from(lines.min(MOST)).unwrap_or_default();
        self.canvas.add_box("endpoint", Place { x, y: top, width, height });
        self.canvas.add_text("name", (x + PAD, top + 18), width - 2 * PAD, &endpoint.name);
        let mut y = top + 18 + LINE;
        if endpoint.connections.is_empty() {
            self.canvas.add_text("note", (x + PAD, y), width - 2 * PAD, "not connected");
        }
        for connection in endpoint.connections.iter().take(MOST) {
            let words = [&*connection.group, &*connection.status];
            let words = words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>();
            self.canvas.add_text("note", (x + PAD, y), width - 2 * PAD, &words.join(" · "));
            let from = (x + width, y - 4);
            self.pending.push(Pending { from, endpoint: &endpoint.name, connection });
            y += LINE;
        }
        top + height + 8
    }

    fn managed(&mut self, managed: &'a Managed, top: i32) -> i32 {
        let (x, width) = NETWORKS;
        let index = self.canvas.reserve("net managed", Place { x, y: top, width, height: 0 });
        let title = format!("Managed network of {}", managed.owner);
        self.canvas.add_text("name", (x + PAD, top + 19), width - 2 * PAD, &title);
        let words = [&*managed.mode, &*managed.status];
        let words = words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
        self.canvas.add_text("note", (x + PAD, top + 36), width - 2 * PAD, &words);
        let mut y = top + 46;
        let is_joined = |rule: &&Endpoint| !rule.connections.is_empty();
        for rule in managed.rules.iter().filter(is_joined) {
            y = self.endpoint(rule, y);
        }
        // A rule that leads to no target takes a line, and those of the service share one.
        let (required, others): (Vec<_>, Vec<_>) =
            managed.rules.iter().filter(|rule| !is_joined(rule)).partition(|it| it.is_required);
        let room = MOST.saturating_sub(self.endpoints).min(others.len());
        let shared = match required.len() {
            0 => None,
            1 => Some("1 required service tag rule".to_owned()),
            count => Some(format!("{count} required service tag rules")),
        };
        self.endpoints += room;
        self.shared += required.len();
        for text in others.iter().take(room).map(|rule| &rule.note).chain(&shared) {
            self.canvas.add_text("note", (x + 16, y + 10), width - 32, text);
            y += LINE + 2;
        }
        self.canvas.stretch(index, y - top + 4);
        y + 4
    }

    fn targets(&mut self, targets: &'a [Target]) {
        self.head(TARGETS, "Targets", targets.is_empty());
        let (x, width) = TARGETS;
        let (mut y, mut doors) = (TOP, Vec::new());
        for target in targets.iter().take(MOST) {
            let place = Place { x, y, width, height: 50 };
            let class = target.exposure.class();
            self.canvas.add_box(&format!("target {class}"), place);
            self.canvas.add_box(&format!("bar {class}"), Place { width: 5, ..place });
            self.canvas.add_text("name", (x + 16, y + 20), width - 26, &target.name);
            let text = format!("{} · {}", target.kind, target.exposure.words());
            self.canvas.add_text("note strong", (x + 16, y + 38), width - 22, &text);
            self.ports.insert(&target.key, place);
            if matches!(target.exposure, Exposure::Open | Exposure::Selected) {
                doors.push((y + 25, target));
            }
            y += 50 + GAP;
        }
        self.reach(y - GAP);
        self.omitted.push((targets.len().saturating_sub(MOST), "targets"));
        self.connections();
        self.internet(&doors);
    }

    /// Draws the lines from endpoints to targets. Those that reach one target share its edge.
    fn connections(&mut self) {
        let mut total: BTreeMap<&str, i32> = BTreeMap::new();
        for one in &self.pending {
            *total.entry(&one.connection.target).or_default() += 1;
        }
        let mut nth: BTreeMap<&str, i32> = BTreeMap::new();
        for one in std::mem::take(&mut self.pending) {
            let Connection { target, name, group, status } = one.connection;
            let class = status_class(status);
            let tip = format!("{} to {name}, {group}: {status}", one.endpoint);
            let Some(place) = self.ports.get(&**target) else {
                // The target is not in this world, or it is not drawn.
                let end = (one.from.0 + 40, one.from.1);
                self.canvas.add_arrow("edge plain dashed", one.from, end, &tip);
                self.canvas.add_text("note", (end.0 + 4, end.1 + 4), 60, name);
                continue;
            };
            let nth = nth.entry(target).or_default();
            *nth += 1;
            let all = total.get(&**target).copied().unwrap_or(1);
            let to = (place.x, place.y + place.height * *nth / (all + 1));
            self.canvas.add_arrow(class, one.from, to, &tip);
        }
    }

    fn internet(&mut self, doors: &[(i32, &Target)]) {
        let (x, width) = INTERNET;
        self.head(INTERNET, "Internet", false);
        let first = doors.first().map_or(TOP, |(y, _)| y - 25);
        let last = doors.last().map_or(TOP + 50, |(y, _)| y + 25);
        let is_open = doors.iter().any(|(_, target)| target.exposure == Exposure::Open);
        let class = match (is_open, doors.is_empty()) {
            (true, _) => "target bad",
            (false, false) => "target warn",
            (false, true) => "target plain",
        };
        self.canvas.add_box(class, Place { x, y: first, width, height: last - first });
        let words = match doors.is_empty() {
            true => ["reaches", "no target"].map(str::to_owned),
            false if doors.len() == 1 => ["reaches", "1 target"].map(str::to_owned),
            false => ["reaches".to_owned(), format!("{} targets", doors.len())],
        };
        for (line, words) in (0..).zip(words) {
            let at = (x + PAD, (first + last) / 2 - 4 + LINE * line);
            self.canvas.add_text("note strong", at, width - 2 * PAD, &words);
        }
        for (y, target) in doors {
            let class = if target.exposure == Exposure::Open { "bad" } else { "warn dashed" };
            let tip = format!("{}: {}", target.name, target.exposure.words());
            let to = (TARGETS.0 + TARGETS.1, *y);
            self.canvas.add_arrow(&format!("edge {class}"), (x, *y), to, &tip);
        }
        self.reach(last);
    }

    fn zones(&mut self, zones: &'a [Zone]) {
        self.head(ZONES, "Private DNS zones", zones.is_empty());
        let mut y = TOP;
        for zone in zones.iter().take(MOST) {
            y = self.zone(zone, y) + GAP;
        }
        self.reach(y - GAP);
        self.omitted.push((zones.len().saturating_sub(MOST), "private DNS zones"));
    }

    fn zone(&mut self, zone: &'a Zone, top: i32) -> i32 {
        let (x, width) = ZONES;
        let of = |state| zone.links.iter().filter(move |link| link.state == state);
        let linked: Vec<&str> = of(LinkState::Linked).map(|link| &*link.name).collect();
        let records = match zone.records {
            1 => "1 record".to_owned(),
            count => format!("{count} records"),
        };
        let mut lines = vec![match linked[..] {
            [] => ("note warn", format!("{records} · no network link")),
            [one] => ("note", format!("{records} · linked to {one}")),
            _ => ("note", format!("{records} · linked to {} networks", linked.len())),
        }];
        let wrong = zone.links.iter().filter_map(|link| match link.state {
            LinkState::Linked => None,
            LinkState::Broken => Some(("note bad", format!("linked to missing {}", link.name))),
            LinkState::Absent => Some(("note warn", format!("no link to {}", link.name))),
        });
        lines.extend(wrong.take(MOST));
        let height = 28 + LINE * i32::try_from(lines.len()).unwrap_or_default();
        self.canvas.add_box("zone", Place { x, y: top, width, height });
        self.canvas.add_text("label", (x + PAD, top + 19), width - 2 * PAD, &zone.name);
        for (line, (class, text)) in (1..).zip(&lines) {
            let at = (x + PAD, top + 20 + LINE * line);
            self.canvas.add_text(class, at, width - 2 * PAD, text);
        }
        let from = (x + width, top + height / 2);
        for link in zone.links.iter().take(MOST) {
            let port = self.ports.get(&*link.network);
            let tip = format!("{} and {}", zone.name, link.name);
            match (link.state, port.map(|place| (place.x, place.y + 18))) {
                (LinkState::Linked, Some(to)) => {
                    self.canvas.add_arrow("edge", from, to, &format!("{tip}: linked"));
                }
                (LinkState::Absent, Some(to)) => {
                    let tip = format!("{tip}: no link");
                    self.canvas.add_arrow("edge warn dashed", from, to, &tip);
                }
                (LinkState::Broken, _) => {
                    let tip = format!("{tip}: the network does not exist");
                    self.canvas.add_cross("edge bad dashed", from, (from.0 + 30, from.1), &tip);
                }
                _ => {}
            }
        }
        top + height
    }
}
