// Calls to a directory's SCIM endpoint, as an Okta app makes them.

const USER_AGENT = 'Okta SCIM Client 1.0.0';

/** A client for an endpoint and its token; each call gives `status` and the parsed `body`. */
export function scim({ endpoint, token }) {
  const call = async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json', 'User-Agent': USER_AGENT };
    if (body) headers['Content-Type'] = 'application/json; charset=utf-8';
    const answer = await fetch(endpoint + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  };
}

/** A user as Okta sends one, with a password that nobody may ever see again. */
export function user(userName, { givenName = 'Grace', familyName = 'Okonjo', displayName } = {}) {
  return {
    schemas: ['urn:scim:schemas:core:1.0'],
    userName,
    externalId: `00u${userName.length}${userName.replace(/\W/g, '')}`.slice(0, 20),
    name: { givenName, familyName },
    displayName: displayName ?? `${givenName} ${familyName}`,
    emails: [{ value: userName, primary: true, type: 'work' }],
    password: 'never-show-this-9f2c',
    active: true,
  };
}

/** A group as Okta pushes one. */
export function group(displayName, ...members) {
  return { schemas: ['urn:scim:schemas:core:1.0'], displayName, members: members.map(({ id, userName }) => ({ value: id, display: userName })) };
}
