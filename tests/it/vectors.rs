//! Vectors in Wycheproof's shape: groups of tests, each with a result, all counted.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// What ran, by what was expected and by what came out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub valid: usize,
    pub invalid: usize,
    pub acceptable: usize,
    /// Cases that this API cannot be asked for, such as another length of nonce.
    pub not_askable: usize,
}

/// A test with the group it stands in.
pub struct Case<'a> {
    pub group: &'a Value,
    pub test: &'a Value,
}

impl Case<'_> {
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        bytes(&self.test[name])
    }

    pub fn group_bytes(&self, name: &str) -> Vec<u8> {
        bytes(&self.group[name])
    }

    pub fn result(&self) -> &str {
        self.test["result"].as_str().unwrap()
    }

    pub fn has_flag(&self, flag: &str) -> bool {
        self.test["flags"].as_array().is_some_and(|flags| flags.iter().any(|have| have == flag))
    }

    /// For messages of failing tests.
    pub fn name(&self) -> String {
        format!("test {}: {} ({})", self.test["tcId"], self.test["comment"], self.result())
    }
}

pub fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Runs every test of a file; `run` says false for one that it cannot ask for.
pub fn run(json: &str, mut run: impl FnMut(&Case<'_>) -> bool) -> Summary {
    let file: Value = serde_json::from_str(json).unwrap();
    let mut summary = Summary::default();
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let case = Case { group, test };
            if !run(&case) {
                summary.not_askable += 1;
                continue;
            }
            match case.result() {
                "valid" => summary.valid += 1,
                "invalid" => summary.invalid += 1,
                "acceptable" => summary.acceptable += 1,
                other => panic!("result {other}?"),
            }
        }
    }
    assert_eq!(
        file["numberOfTests"].as_u64().unwrap() as usize,
        summary.valid + summary.invalid + summary.acceptable + summary.not_askable
    );
    summary
}

/// One of our own files.
pub fn ours(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
