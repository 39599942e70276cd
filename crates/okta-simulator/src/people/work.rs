//! The company: what people do there.

use rand::Rng;
use rand::seq::IndexedRandom;

/// A company that exists nowhere.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) name: &'static str,
    pub(super) domain: &'static str,
}

const COMPANIES: [Company; 6] = [
    Company {
        name: "Contoso Freight",
        domain: "contoso.example",
    },
    Company {
        name: "Oakhollow Instruments",
        domain: "oakhollow.example",
    },
    Company {
        name: "Tidewater Labs",
        domain: "tidewaterlabs.example",
    },
    Company {
        name: "Brightmoor Energy",
        domain: "brightmoor.example",
    },
    Company {
        name: "Cedar & Finch",
        domain: "cedarfinch.example",
    },
    Company {
        name: "Northlight Insurance",
        domain: "northlight.example",
    },
];

impl Company {
    pub(super) fn of_seed(seed: u64) -> &'static Self {
        let index = usize::try_from(seed % COMPANIES.len() as u64).unwrap_or(0);
        &COMPANIES[index]
    }
}

/// A department with its titles from junior to senior.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Department {
    pub(crate) name: &'static str,
    pub(super) division: &'static str,
    pub(super) cost_center: &'static str,
    pub(super) head: &'static str,
    pub(super) titles: &'static [&'static str],
    /// Its size relative to the others.
    weight: u32,
}

impl Department {
    pub(super) fn draw(rng: &mut impl Rng) -> &'static Self {
        let drawn = DEPARTMENTS.choose_weighted(rng, |department| department.weight);
        drawn.unwrap_or(&DEPARTMENTS[0])
    }

    /// A title; junior ones are more frequent.
    pub(super) fn title(&self, rng: &mut impl Rng) -> &'static str {
        let ranked: Vec<_> = self
            .titles
            .iter()
            .zip((1..=self.titles.len()).rev())
            .collect();
        ranked
            .choose_weighted(rng, |(_, weight)| *weight)
            .map_or(self.head, |(title, _)| title)
    }
}

pub(crate) const DEPARTMENTS: [Department; 16] = [
    Department {
        name: "Engineering",
        division: "Product and Technology",
        cost_center: "4100",
        head: "VP of Engineering",
        titles: &[
            "Software Engineer",
            "Senior Software Engineer",
            "Staff Engineer",
            "Engineering Manager",
        ],
        weight: 26,
    },
    Department {
        name: "Product",
        division: "Product and Technology",
        cost_center: "4200",
        head: "Chief Product Officer",
        titles: &[
            "Product Manager",
            "Senior Product Manager",
            "Group Product Manager",
        ],
        weight: 6,
    },
    Department {
        name: "Design",
        division: "Product and Technology",
        cost_center: "4210",
        head: "Head of Design",
        titles: &[
            "Product Designer",
            "Senior Product Designer",
            "User Researcher",
        ],
        weight: 4,
    },
    Department {
        name: "Data",
        division: "Product and Technology",
        cost_center: "4300",
        head: "Head of Data",
        titles: &["Data Analyst", "Data Engineer", "Senior Data Scientist"],
        weight: 5,
    },
    Department {
        name: "IT",
        division: "Product and Technology",
        cost_center: "4400",
        head: "Director of IT",
        titles: &[
            "IT Support Specialist",
            "Systems Administrator",
            "Identity Engineer",
        ],
        weight: 4,
    },
    Department {
        name: "Security",
        division: "Product and Technology",
        cost_center: "4410",
        head: "Chief Information Security Officer",
        titles: &[
            "Security Analyst",
            "Security Engineer",
            "Principal Security Engineer",
        ],
        weight: 3,
    },
    Department {
        name: "Sales Americas",
        division: "Revenue",
        cost_center: "5110",
        head: "VP Sales Americas",
        titles: &[
            "Sales Development Representative",
            "Account Executive",
            "Senior Account Executive",
        ],
        weight: 11,
    },
    Department {
        name: "Sales EMEA",
        division: "Revenue",
        cost_center: "5120",
        head: "VP Sales EMEA",
        titles: &[
            "Sales Development Representative",
            "Account Executive",
            "Regional Sales Manager",
        ],
        weight: 9,
    },
    Department {
        name: "Sales APAC",
        division: "Revenue",
        cost_center: "5130",
        head: "VP Sales APAC",
        titles: &[
            "Account Executive",
            "Senior Account Executive",
            "Solutions Consultant",
        ],
        weight: 6,
    },
    Department {
        name: "Marketing",
        division: "Revenue",
        cost_center: "5200",
        head: "Chief Marketing Officer",
        titles: &[
            "Marketing Coordinator",
            "Content Strategist",
            "Product Marketing Manager",
        ],
        weight: 7,
    },
    Department {
        name: "Customer Success",
        division: "Revenue",
        cost_center: "5300",
        head: "VP Customer Success",
        titles: &[
            "Support Engineer",
            "Customer Success Manager",
            "Onboarding Lead",
        ],
        weight: 10,
    },
    Department {
        name: "Finance",
        division: "Corporate",
        cost_center: "6100",
        head: "Chief Financial Officer",
        titles: &["Accountant", "Financial Analyst", "Controller"],
        weight: 5,
    },
    Department {
        name: "Legal",
        division: "Corporate",
        cost_center: "6200",
        head: "General Counsel",
        titles: &["Paralegal", "Counsel", "Senior Counsel, Privacy"],
        weight: 2,
    },
    Department {
        name: "People",
        division: "Corporate",
        cost_center: "6300",
        head: "Chief People Officer",
        titles: &[
            "Recruiter",
            "People Partner",
            "Compensation & Benefits Analyst",
        ],
        weight: 4,
    },
    Department {
        name: "Operations",
        division: "Operations",
        cost_center: "7100",
        head: "Chief Operating Officer",
        titles: &[
            "Operations Associate",
            "Logistics Planner",
            "Operations Manager",
        ],
        weight: 8,
    },
    Department {
        name: "Facilities",
        division: "Operations",
        cost_center: "7200",
        head: "Head of Workplace",
        titles: &[
            "Office Coordinator",
            "Facilities Technician",
            "Workplace Manager",
        ],
        weight: 2,
    },
];
