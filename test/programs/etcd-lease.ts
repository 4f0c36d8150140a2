import { Etcd3 } from "etcd3";

// Puts a key under a lease through the etcd3 package; prints the key's lease and the one that was granted.

const client = new Etcd3({ hosts: process.argv[2] ?? "" });
const lease = client.lease(30);
const granted = await lease.grant();
await lease.put("/leased").value("yes");
const { kvs } = await client.get("/leased").exec();
console.log(`${kvs[0]?.value.toString()} ${kvs[0]?.lease} ${granted}`);
await lease.revoke();
client.close();
