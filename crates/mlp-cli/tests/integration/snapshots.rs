//! Help, lists and errors word for word. `TRYCMD=overwrite cargo test -p mlp-cli` writes them anew.

#[test]
fn help_lists_and_errors_read_as_recorded() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .case("tests/snapshots/*.trycmd");
}
