//! The machines, and the accounts that are enrolled on them.

use super::people::{Account, Person};
use super::rng::Rng;

const DAY: i64 = 86_400;

/// What a mainboard says that nobody gave a serial number.
const JUNK_SERIALS: &[&str] = &[
    "To be filled by O.E.M.",
    "",
    "0",
    "Default string",
    "System Serial Number",
    "To Be Filled By O.E.M.",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Mac,
    Windows,
    Linux,
    Android,
    Iphone,
    Ipad,
}

impl Kind {
    /// Whether it is a machine that people share and sit at.
    pub(crate) fn is_workstation(self) -> bool {
        matches!(self, Self::Mac | Self::Windows | Self::Linux)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) kind: Kind,
    pub(crate) serial: String,
    /// Nobody else's.
    pub(crate) hostname: String,
    /// What its owner calls it.
    pub(crate) friendly_name: String,
    pub(crate) manufacturer: &'static str,
    pub(crate) model: &'static str,
    pub(crate) os_name: &'static str,
    pub(crate) os_version: &'static str,
    pub(crate) os_build: &'static str,
    pub(crate) processor: &'static str,
    pub(crate) corporate: bool,
    /// The accounts enrolled on it, by number. None: nobody's machine.
    pub(crate) accounts: Vec<usize>,
    pub(crate) ips: Vec<String>,
    pub(crate) macs: Vec<String>,
    /// Seconds since 1970.
    pub(crate) first_seen: i64,
    pub(crate) last_seen: i64,
    pub(crate) at_banyan: bool,
    pub(crate) at_truto: bool,
}

/// Maker, model, system, version, build, processor.
type Make = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const MACS: &[Make] = &[
    ("Apple", "MacBook Air", "macOS", "15.2", "24C101", "Apple M3"),
    (
        "Apple",
        "MacBook Pro 16",
        "macOS",
        "14.7.2",
        "23H311",
        "Apple M2 Pro",
    ),
    (
        "Apple",
        "MacBook Pro 14",
        "macOS",
        "13.6.3",
        "22G436",
        "Apple M1 Pro",
    ),
    ("Apple", "Mac mini", "macOS", "15.1.1", "24B91", "Intel i7"),
];
const WINDOWS: &[Make] = &[
    (
        "LENOVO",
        "20QVS0FP00",
        "Windows 11 Pro",
        "10.0.22631",
        "22631.4602",
        "Intel i7",
    ),
    (
        "Microsoft Corporation",
        "Surface Pro",
        "Windows 11 Enterprise",
        "10.0.26100",
        "26100.2605",
        "Intel i9",
    ),
    (
        "Dell Inc.",
        "Latitude 7440",
        "Windows 10 Pro",
        "10.0.19045",
        "19045.5247",
        "Intel i5",
    ),
    (
        "HP",
        "EliteBook 840 G10",
        "Windows 11 Pro",
        "10.0.22631",
        "22631.4460",
        "AMD Ryzen 7",
    ),
];
const LINUXES: &[Make] = &[
    (
        "Framework",
        "Laptop 13",
        "Ubuntu",
        "24.04.1 LTS",
        "6.8.0-51-generic",
        "AMD Ryzen 7",
    ),
    (
        "Dell Inc.",
        "Precision 5680",
        "Fedora Linux",
        "41",
        "6.12.6-200.fc41",
        "Intel i9",
    ),
];
const ANDROIDS: &[Make] = &[
    ("Google", "Pixel 8", "Android", "14", "34", "Tensor G3"),
    ("samsung", "SM-S921B", "Android", "15", "35", "Exynos 2400"),
    ("unknown", "AOSP on IA Emulator", "Android", "9", "28", "i686"),
];
const IPHONES: &[Make] = &[
    ("Apple", "iPhone 15 Pro", "iOS", "18.2", "22C152", "A17"),
    ("Apple", "iPhone Xr", "iOS", "17.7.2", "21H221", "A12"),
];
const IPADS: &[Make] = &[("Apple", "iPad Air", "iPadOS", "18.2", "22C152", "M2")];

/// Machines with exactly `enrolments` enrolments on them in all, and some with none.
pub(super) fn machines(
    rng: &mut Rng,
    today: i64,
    people: &[Person],
    accounts: &[Account],
    enrolments: usize,
) -> Vec<Machine> {
    // Every ninth account has no machine: enrolled once, since removed.
    let owners: Vec<usize> = (0..accounts.len()).filter(|index| index % 9 != 8).collect();
    let mut machines: Vec<Machine> = Vec::with_capacity(enrolments + enrolments / 16 + 1);
    let (mut left, mut turn) = (enrolments, 0);
    while left > 0 {
        let number = machines.len();
        let kind = kind(rng, number);
        let seats = match rng.below(100) {
            _ if owners.is_empty() => 0,
            _ if number == 4 => 0,
            _ if number == 2 => 3,
            0..5 => 0,
            5..8 if kind.is_workstation() => 2 + rng.below(3),
            _ => 1,
        }
        .min(left)
        .min(owners.len());
        let mut enrolled = Vec::with_capacity(seats);
        for _ in 0..seats {
            // The first round gives everybody one machine; later ones go where they fall.
            let account = if turn < owners.len() {
                owners[turn]
            } else {
                rng.pick(&owners)
            };
            turn += 1;
            if !enrolled.contains(&account) {
                enrolled.push(account);
            }
        }
        // Without owners nothing can be enrolled; the machines alone are counted then.
        left -= if owners.is_empty() { 1 } else { enrolled.len() };
        let owner = enrolled
            .first()
            .map(|&account: &usize| &people[accounts[account].person]);
        let mut machine = machine(rng, today, kind, number, owner);
        machine.serial = serial(rng, &machine, &machines);
        machine.accounts = enrolled;
        machines.push(machine);
    }
    machines
}

fn kind(rng: &mut Rng, number: usize) -> Kind {
    const FIRST: &[Kind] = &[
        Kind::Mac,
        Kind::Windows,
        Kind::Windows,
        Kind::Iphone,
        Kind::Windows,
        Kind::Android,
        Kind::Linux,
        Kind::Windows,
        Kind::Windows,
        Kind::Mac,
    ];
    if let Some(kind) = FIRST.get(number) {
        return *kind;
    }
    match rng.below(100) {
        0..34 => Kind::Mac,
        34..64 => Kind::Windows,
        64..68 => Kind::Linux,
        68..82 => Kind::Android,
        82..97 => Kind::Iphone,
        _ => Kind::Ipad,
    }
}

fn machine(rng: &mut Rng, today: i64, kind: Kind, number: usize, owner: Option<&Person>) -> Machine {
    let makes = match kind {
        Kind::Mac => MACS,
        Kind::Windows => WINDOWS,
        Kind::Linux => LINUXES,
        Kind::Android => ANDROIDS,
        Kind::Iphone => IPHONES,
        Kind::Ipad => IPADS,
    };
    let (manufacturer, model, os_name, os_version, os_build, processor) = rng.pick(makes);
    let hostname = match kind {
        _ if number == 2 || rng.chance(10) => rng.uuid(),
        Kind::Mac => format!(
            "{}-mbp-{number:04}",
            owner.map_or("spare", |owner| owner.family_ascii)
        ),
        Kind::Windows => format!("DESKTOP-{}{number:04}", rng.serial(4)),
        Kind::Linux => format!("ws{number:04}.corp.example.com"),
        Kind::Android | Kind::Iphone | Kind::Ipad => format!("mobile-{number:04}"),
    };
    let friendly_name = match owner {
        None => hostname.clone(),
        Some(_) if kind == Kind::Android && rng.chance(60) => String::new(),
        Some(owner) => format!("{}’s {model}", owner.given),
    };
    let first_seen = today - rng.between(2, 1400) * DAY - rng.between(0, DAY);
    let idle = if rng.chance(12) {
        rng.between(91, 500) * DAY
    } else {
        rng.between(30, 14 * DAY)
    };
    let (ips, macs) = network(rng, kind, number);
    Machine {
        kind,
        serial: String::new(),
        hostname,
        friendly_name,
        manufacturer,
        model,
        os_name,
        os_version,
        os_build,
        processor,
        corporate: rng.chance(if kind.is_workstation() { 92 } else { 45 }),
        accounts: Vec::new(),
        ips,
        macs,
        first_seen,
        last_seen: (today - idle).max(first_seen),
        at_banyan: number < 10 || rng.chance(95),
        at_truto: number < 10 || rng.chance(93),
    }
}

fn network(rng: &mut Rng, kind: Kind, number: usize) -> (Vec<String>, Vec<String>) {
    if !kind.is_workstation() {
        return (Vec::new(), Vec::new());
    }
    let mut ips: Vec<String> = (0..rng.between(1, 6))
        .map(|_| {
            let [a, b, c] = [rng.below(254) + 1, rng.below(256), rng.below(254) + 1];
            format!("10.{a}.{b}.{c}")
        })
        .collect();
    if rng.chance(20) {
        ips.push(format!("fe80::{}:{}", rng.hex(4), rng.hex(4)));
    }
    let mut macs: Vec<String> = (0..rng.between(1, 5))
        .map(|_| (0..6).map(|_| rng.hex(2)).collect::<Vec<_>>().join(":"))
        .collect();
    if rng.chance(8) {
        macs = macs.iter().map(|mac| mac.to_uppercase()).collect();
    }
    if number == 0 {
        // As one was seen in a real reply: one separator is a point.
        macs.insert(0, "b4:4a:8a.64:71:e8".to_owned());
    }
    (ips, macs)
}

/// The serial number: real, junk, or that of a machine before it.
fn serial(rng: &mut Rng, machine: &Machine, before: &[Machine]) -> String {
    let number = before.len();
    let mainboard = matches!(machine.kind, Kind::Windows | Kind::Linux);
    match number {
        1 => return JUNK_SERIALS[0].to_owned(),
        4 => return JUNK_SERIALS[1].to_owned(),
        6 => return JUNK_SERIALS[2].to_owned(),
        8 => return before[7].serial.clone(),
        _ => {}
    }
    if mainboard && number > 10 {
        if rng.chance(3) {
            return rng.pick(JUNK_SERIALS).to_owned();
        }
        if rng.chance(1) {
            return before[rng.below(number)].serial.clone();
        }
    }
    match machine.kind {
        Kind::Mac => format!("C02{}", rng.serial(9)),
        Kind::Windows if machine.manufacturer == "LENOVO" => format!("PF{}", rng.serial(6)),
        Kind::Windows => {
            let length = 7 + rng.below(5);
            rng.serial(length)
        }
        Kind::Linux => rng.serial(7),
        Kind::Android => rng.hex(16),
        Kind::Iphone | Kind::Ipad => rng.serial(12),
    }
}
