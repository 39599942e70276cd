//! Everything in a database, to compare what it holds before and after.

use std::collections::BTreeMap;
use std::path::PathBuf;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use rollcall_store::{Connection, Error};

use crate::TestStore;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

impl TestStore {
    /// Runs SQL as somebody would who has the database in their hands.
    pub async fn run_sql(&self, sql: &str) {
        let sql = sql.to_owned();
        let done = self.store.write(move |tx| {
            let conn: &mut Connection = tx;
            conn.batch_execute(&sql).map_err(Error::from)
        });
        done.await.expect("the statements work");
    }

    /// The files and folders that the database server keeps for this database, with all that was written so far.
    /// `None` when the server's files cannot be read from here.
    pub async fn data_files(&self) -> Option<Vec<PathBuf>> {
        if let Some(file) = self.url.sqlite_path() {
            return file.parent().map(|folder| vec![folder.to_owned()]);
        }
        let find = |conn: &mut Connection| {
            texts(
                conn,
                "SELECT current_setting('data_directory') AS text UNION ALL
                SELECT oid::text FROM pg_database WHERE datname = current_database()",
                "",
            )
        };
        let found: Result<_, Error> = self.store.read(find).await;
        let [data, own] = <[String; 2]>::try_from(found.ok()?).ok()?;
        self.checkpoint();
        let data = PathBuf::from(data);
        // Of other databases nothing matters, and the server's log is beside its data.
        let shared = std::fs::read_dir(&data)
            .ok()?
            .flatten()
            .map(|entry| entry.path());
        let shared = shared.filter(|path| !path.ends_with("base"));
        let own = [data.join("base").join(own), data.with_file_name("log")];
        Some(shared.chain(own).collect())
    }

    /// The rows of every table as text, sorted. `but` names tables, or columns as `table.column`,
    /// that are left out.
    pub async fn contents(&self, but: &'static [&'static str]) -> BTreeMap<String, Vec<String>> {
        let read = self.store.read(move |conn| {
            let mut all = BTreeMap::new();
            for table in tables(conn)? {
                let columns = columns(conn, &table)?;
                let kept = columns
                    .iter()
                    .filter(|column| !but.contains(&format!("{table}.{column}").as_str()));
                let kept: Vec<&str> = kept.map(String::as_str).collect();
                if !but.contains(&table.as_str()) {
                    all.insert(table.clone(), rows(conn, &table, &kept)?);
                }
            }
            Ok::<_, Error>(all)
        });
        read.await.expect("the database can be read")
    }
}

fn texts(conn: &mut Connection, postgres: &str, sqlite: &str) -> Result<Vec<String>, Error> {
    let found: Vec<Found> = match conn {
        Connection::Postgres(conn) => diesel::sql_query(postgres).load(conn)?,
        Connection::Sqlite(conn) => diesel::sql_query(sqlite).load(conn)?,
    };
    Ok(found.into_iter().map(|row| row.text).collect())
}

fn tables(conn: &mut Connection) -> Result<Vec<String>, Error> {
    texts(
        conn,
        "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'",
        "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
}

fn columns(conn: &mut Connection, table: &str) -> Result<Vec<String>, Error> {
    texts(
        conn,
        &format!(
            "SELECT column_name::text AS text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
        ),
        &format!("SELECT name AS text FROM pragma_table_info('{table}') ORDER BY cid"),
    )
}

fn rows(conn: &mut Connection, table: &str, columns: &[&str]) -> Result<Vec<String>, Error> {
    let each = |form: fn(&str) -> String| {
        let parts: Vec<String> = columns.iter().map(|column| form(column)).collect();
        format!(
            "SELECT {} AS text FROM {table} ORDER BY 1",
            parts.join(" || ', ' || ")
        )
    };
    let postgres = each(|column| format!("coalesce(quote_literal({column}::text), 'NULL')"));
    let sqlite = each(|column| format!("quote({column})"));
    texts(conn, &postgres, &sqlite)
}
