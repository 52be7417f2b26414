// Signs a webhook's body (standard input) as Stripe's own library does; prints the header.
//   node stripe-sign.js SECRET TIMESTAMP
import Stripe from 'stripe';
import { readFileSync } from 'node:fs';

const [secret, timestamp] = process.argv.slice(2);
const stripe = new Stripe('sk_test_unused');
process.stdout.write(stripe.webhooks.generateTestHeaderString({ payload: readFileSync(0, 'utf8'), secret, timestamp: Number(timestamp) }));
