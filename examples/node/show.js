// Prints the copy: everybody's directories, people and groups.
import { load } from './copy.js';

const { directories, users, groups } = load();

for (const [id, directory] of Object.entries(directories)) {
  const of = (kind) => Object.values(kind).filter(({ directoryId }) => directoryId === id);
  const people = of(users).map((user) => `  ${user.email} ${user.state}`);
  const teams = of(groups).map((group) => `  ${group.name}: ${group.members.map((member) => users[member].email).sort().join(', ')}`);
  console.log([directory.name, ...people.sort(), ...teams.sort()].join('\n'));
}
